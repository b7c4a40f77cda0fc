/** Why a command was not carried out, in words for the one who gave it; nothing was changed unless it says so. */
export class Refusal extends Error {
  override name = 'Refusal'
}

/** Asks until it is so. @throws a {@link Refusal} naming what did not come about within `withinMs` */
export async function untilTrue(what: string, ask: () => Promise<boolean>, { withinMs, everyMs = 100 }: { withinMs: number, everyMs?: number }): Promise<void> {
  for (const end = performance.now() + withinMs; ;) {
    if (await ask()) return
    if (performance.now() > end) throw new Refusal(`${what}: not within ${Math.round(withinMs / 1_000)} s.`)
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}

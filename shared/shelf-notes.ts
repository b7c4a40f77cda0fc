/** What stands between the rows of a shelf, in the order in which it comes. */
const notes: Readonly<Record<string, readonly [string, ...string[]]>> = {
  prints: ['Hang it ten centimetres lower than you think.', 'A frame is a polite way to say: stop here.', 'The number on the back is the pattern’s. Keep it, and it can be printed again.'],
  mugs: ['The handle is for four fingers. We asked four people.', 'The foot stays bare, because glaze sticks to shelves.', 'Left-handed? Then the back is your front.'],
  totes: ['Washed once before we print, so it has shrunk already.', 'The cross at the handle is a sailmaker’s. Sails pull harder than shopping.', 'It folds. It does not fold back the same way; nothing does.'],
  tees: ['Between two sizes? Take the larger. Cotton forgives that way.', 'Wash it inside out, and the pattern will outlast the elbows.', 'No slogans. The pattern has said enough.'],
  notebooks: ['It opens flat. That is the whole secret.', 'Start on page three. It takes the fright out of page one.', 'One hundred and sixty pages, and nobody checks.'],
  cushions: ['One is a decision. Two are a sofa.', 'The zip is on the side you are not looking for.', 'Plump it once a day, or let somebody sit on it.'],
}
const elsewhere = ['Not our own hands, but a shelf we would stop at.', 'Made by others. We only wrapped it.'] as const

/** Never empty: a shelf that came with an import has words of its own kind. */
export const shelfNotes = (slug: string): readonly string[] => notes[slug] ?? elsewhere

/** What stands in for what. */
interface StandIn {
  /** How the general module is imported: its name, or what its path looks like. */
  of: string | RegExp
  /** The file that is given instead. */
  is: string
  /** Only those who import from here get it; everybody, unless told. */
  by?: RegExp
}

/**
 * A build step that gives browsers a module of the shop's own in place of a general one; the server keeps the general one.
 * @param standIns the first that fits an import is taken
 */
export function lighterInBrowser(standIns: readonly StandIn[]) {
  return {
    name: 'lighter-in-browser',
    enforce: 'pre' as const,
    applyToEnvironment: ({ name }: { name: string }) => name === 'client',
    resolveId: (source: string, importer = '') => standIns.find(({ of, by }) => (typeof of === 'string' ? of === source : of.test(source)) && (!by || by.test(importer)))?.is,
  }
}

/** Hex values of the colour names that the workshop uses, for dots beside the words. */
const swatches: Record<string, string> = {
  salt: '#efe8da', oat: '#d8c8aa', fog: '#b3bbb9', sky: '#9fbac6', rose: '#dcaaa0', ochre: '#cf9b42', clay: '#c07a55', brick: '#9f4530',
  kelp: '#3a5746', plum: '#583350', ink: '#22303f', soot: '#2d2b29', oak: '#c69c68', walnut: '#6d4832', black: '#262422', white: '#f1ede4',
}

/** The colour of a dot, or undefined when the name is none of ours. */
export function swatchOf(name: string): string | undefined {
  return swatches[name.toLowerCase()]
}

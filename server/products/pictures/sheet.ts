type Stop = readonly [offset: number, colour: string, opacity?: number]
type Vector = readonly [x1: number, y1: number, x2: number, y2: number]

/** Collects gradients, clips and filters while things are drawn, so that several things share one picture without clashing ids. */
export interface Sheet {
  /** Fractions of the painted thing's box; top to bottom by default. */
  linear(stops: readonly Stop[], vector?: Vector): string
  radial(stops: readonly Stop[], cx?: number, cy?: number, r?: number): string
  /** Deviation in user units. `margin` is the part of the thing's box that the blur may spill over on each side. */
  blur(deviation: number, margin?: number): string
  clip(d: string): string
  finish(width: number, height: number, content: string): string
}

export function createSheet(): Sheet {
  const made = new Map<string, string>()
  const define = (build: (id: string) => string) => {
    const content = build('$')
    let id = made.get(content)
    if (id === undefined) {
      id = `d${made.size}`
      made.set(content, id)
    }
    return `url(#${id})`
  }
  const stopsOf = (stops: readonly Stop[]) => stops
    .map(([offset, colour, opacity]) => `<stop offset="${offset}" stop-color="${colour}"${opacity === undefined ? '' : ` stop-opacity="${opacity}"`}/>`)
    .join('')
  return {
    linear: (stops, [x1, y1, x2, y2] = [0, 0, 0, 1]) =>
      define(id => `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stopsOf(stops)}</linearGradient>`),
    radial: (stops, cx = 0.5, cy = 0.5, r = 0.5) =>
      define(id => `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${stopsOf(stops)}</radialGradient>`),
    blur: (deviation, margin = 0.3) =>
      define(id => `<filter id="${id}" x="${-margin}" y="${-margin}" width="${1 + margin * 2}" height="${1 + margin * 2}" color-interpolation-filters="sRGB"><feGaussianBlur stdDeviation="${deviation}"/></filter>`),
    clip: d => define(id => `<clipPath id="${id}"><path d="${d}"/></clipPath>`),
    finish: (width, height, content) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><defs>`
      + [...made].map(([definition, id]) => definition.replace('id="$"', `id="${id}"`)).join('')
      + `</defs>${content}</svg>`,
  }
}

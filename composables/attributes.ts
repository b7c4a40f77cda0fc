const labels: Record<string, string> = {
  design: 'Design',
  pattern: 'Pattern',
  palette: 'Palette',
  fabric: 'Fabric',
  fit: 'Fit',
  paper: 'Paper',
  edition: 'Edition',
  inks: 'Inks',
  finish: 'Finish',
  format: 'Format',
  pages: 'Pages',
  pocket: 'Pocket',
  zip: 'Zip',
  opensFlat: 'Opens flat',
  dishwasher: 'Dishwasher safe',
  microwave: 'Microwave safe',
  capacityMl: 'Holds',
  weightGsm: 'Weight',
  lightfastYears: 'Lightfast',
  firedAtC: 'Fired at',
  loadKg: 'Carries',
  widthCm: 'Width',
  heightCm: 'Height',
  boardMm: 'Boards',
}

const units: [RegExp, string][] = [[/Ml$/, 'ml'], [/Gsm$/, 'gsm'], [/Years$/, 'years'], [/AtC$/, '°C'], [/Kg$/, 'kg'], [/Cm$/, 'cm'], [/Mm$/, 'mm']]

const sentence = (name: string) => name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ').toLowerCase().replace(/^./, letter => letter.toUpperCase())

/** `{ weightGsm: 180 }` → `[['Weight', '180 gsm']]`; a name that we do not know is put into words as it is. */
export function describeAttributes(attributes: Record<string, string | number | boolean | string[]>): [label: string, value: string][] {
  return Object.entries(attributes).map(([name, value]) => {
    const unit = units.find(([ending]) => ending.test(name))?.[1]
    const text = value === true ? 'Yes' : value === false ? 'No' : Array.isArray(value) ? value.join(', ') : String(value)
    return [labels[name] ?? sentence(name), unit ? `${text} ${unit}` : text.replace(/^./, letter => letter.toUpperCase())]
  })
}

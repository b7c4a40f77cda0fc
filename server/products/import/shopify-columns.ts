/** The columns that the import reads, under the names of Shopify's older export and of its newer template. */
const names = {
  handle: ['Handle', 'URL handle'],
  title: ['Title'],
  body: ['Body (HTML)', 'Description'],
  vendor: ['Vendor'],
  type: ['Type'],
  productCategory: ['Product Category'],
  tags: ['Tags'],
  published: ['Published', 'Published on online store'],
  status: ['Status'],
  option1Name: ['Option1 Name'],
  option1Value: ['Option1 Value'],
  option2Name: ['Option2 Name'],
  option2Value: ['Option2 Value'],
  option3Name: ['Option3 Name'],
  option3Value: ['Option3 Value'],
  option4Name: ['Option4 Name'],
  option4Value: ['Option4 Value'],
  sku: ['Variant SKU', 'SKU'],
  grams: ['Variant Grams', 'Weight value (grams)'],
  stock: ['Variant Inventory Qty', 'Inventory quantity'],
  price: ['Variant Price', 'Price'],
  compareAt: ['Variant Compare At Price', 'Compare-at price'],
  image: ['Image Src', 'Product image URL'],
  imageAlt: ['Image Alt Text'],
  variantImage: ['Variant Image', 'Variant image URL'],
  giftCard: ['Gift Card'],
} as const

export type Column = keyof typeof names
const required: readonly Column[] = ['handle', 'title', 'price']

const nameKey = (name: string) => name.trim().toLowerCase()
const columnOf = new Map(Object.entries(names).flatMap(([column, known]) => known.map(name => [nameKey(name), column as Column])))

/** Where each known column stands, and which of the required ones are not there. */
export function findColumns(header: readonly string[]): { places: Map<Column, number>, missing: string[] } {
  const places = new Map<Column, number>()
  header.forEach((name, place) => {
    const column = columnOf.get(nameKey(name))
    if (column && !places.has(column)) places.set(column, place)
  })
  return { places, missing: required.filter(column => !places.has(column)).map(column => names[column][0]) }
}

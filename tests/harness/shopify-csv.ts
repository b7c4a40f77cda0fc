/** Shopify's columns that the import reads, in the order of an export. */
const columns = ['Handle', 'Title', 'Body (HTML)', 'Vendor', 'Type', 'Tags', 'Published', 'Option1 Name', 'Option1 Value', 'Option2 Name', 'Option2 Value', 'Variant SKU', 'Variant Grams', 'Variant Inventory Qty', 'Variant Price', 'Variant Compare At Price', 'Image Src', 'Image Alt Text', 'Gift Card', 'Variant Image', 'Status'] as const

export type ShopifyFields = Partial<Record<(typeof columns)[number], string>>

const quote = (field: string) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

export const csvLine = (fields: readonly string[]) => `${fields.map(quote).join(',')}\n`
export const shopifyHeader = csvLine(columns)
export const shopifyLine = (fields: ShopifyFields) => csvLine(columns.map(column => fields[column] ?? ''))

/** A file of these rows; line 1 is the header, so row `i` is on line `i + 2` unless one before it has line breaks. */
export const shopifyCsv = (rows: readonly ShopifyFields[]) => shopifyHeader + rows.map(shopifyLine).join('')

/** The first row of a product that can be sold as it is. */
export function firstRow(handle: string, fields: ShopifyFields = {}): ShopifyFields {
  return { 'Handle': handle, 'Title': handle, 'Published': 'true', 'Option1 Name': 'Title', 'Option1 Value': 'Default Title', 'Variant SKU': `SKU-${handle}`, 'Variant Inventory Qty': '5', 'Variant Price': '12.50', 'Status': 'active', ...fields }
}

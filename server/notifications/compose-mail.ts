import { formatMinor } from '../../shared/money.ts'
import type { OrderSnapshot } from '../orders/index.ts'

export interface Mail { subject: string, body: string }

const list = ({ lines }: OrderSnapshot) => lines.map(line => `  ${line.quantity} × ${line.name} (${Object.values(line.options).join(', ')})  ${formatMinor(line.lineTotalMinor)}`).join('\n')
const link = (publicUrl: string, { orderId }: OrderSnapshot) => `${publicUrl}/orders/${orderId}`

/** The mail for one piece of news; plain text, since it must read well everywhere. */
export function composeMail(type: string, order: OrderSnapshot, publicUrl: string): Mail | null {
  const greeting = `Hello ${order.address.name},`
  const ending = `Your order: ${link(publicUrl, order)}\n\nMonolith Supply`
  const write = (subject: string, text: string): Mail => ({ subject: `${subject} · ${order.number}`, body: `${greeting}\n\n${text}\n\n${ending}\n` })
  switch (type) {
    case 'order.paid': return write('We have your order', `Thank you. It is paid, and we are packing it:\n\n${list(order)}\n\nTotal ${formatMinor(order.totalMinor)}, tax included.`)
    case 'order.shipped': return write('It is on its way', `The carrier has your parcel.${order.trackingNumber ? ` Tracking number: ${order.trackingNumber}` : ''}`)
    case 'order.refunded': return write('Your money is on its way back', `${formatMinor(order.refundedMinor)} goes back to your card. Banks take three to five days to show it.`)
    default: return null
  }
}

import { formatMinor } from '../../shared/money.ts'
import type { OrderSnapshot } from '../orders/index.ts'

export interface Mail { subject: string, body: string }

/** The news that a shopper is written about. */
export const mailedNews = ['order.paid', 'order.shipped', 'order.refunded', 'order.partly-refunded', 'order.return-received', 'order.return-rejected'] as const

const list = ({ lines }: OrderSnapshot) => lines.map(line => `  ${line.quantity} × ${line.name} (${Object.values(line.options).join(', ')})  ${formatMinor(line.lineTotalMinor)}`).join('\n')
const discount = ({ promoCode, discountMinor }: OrderSnapshot) => discountMinor ? `Discount (${promoCode}) −${formatMinor(discountMinor)}\n` : ''
/** What goes back this time; the total of all times only where it is more. */
function moneyBack({ amountMinor, refundedMinor }: OrderSnapshot): string {
  const nowMinor = amountMinor ?? refundedMinor
  const total = refundedMinor > nowMinor ? ` With what went before, that is ${formatMinor(refundedMinor)} of this order.` : ''
  return `${formatMinor(nowMinor)} goes back to your card.${total} Banks take three to five days to show it.`
}
const link = (publicUrl: string, { orderId }: OrderSnapshot) => `${publicUrl}/orders/${orderId}`

/** The mail for one piece of news; plain text, since it must read well everywhere. */
export function composeMail(type: string, order: OrderSnapshot, publicUrl: string): Mail | null {
  const greeting = `Hello ${order.address.name},`
  const ending = `Your order: ${link(publicUrl, order)}\n\nMonolith Supply`
  const write = (subject: string, text: string): Mail => ({ subject: `${subject} · ${order.number}`, body: `${greeting}\n\n${text}\n\n${ending}\n` })
  switch (type) {
    case 'order.paid': return write('We have your order', `Thank you. It is paid, and we are packing it:\n\n${list(order)}\n\n${discount(order)}Total ${formatMinor(order.totalMinor)}, tax included.`)
    case 'order.shipped': return write('It is on its way', `The carrier has your parcel.${order.trackingNumber ? ` Tracking number: ${order.trackingNumber}` : ''}`)
    case 'order.refunded': return write('Your money is on its way back', moneyBack(order))
    case 'order.partly-refunded': return write('Some of your money is on its way back', `${moneyBack(order)}${order.cause ? `\n\nWhy: ${order.cause}` : ''}`)
    case 'order.return-received': return write('Your parcel is back with us', `What you sent back has arrived.${order.amountMinor ? ` ${formatMinor(order.amountMinor)} goes back to your card; we write again when it is on its way.` : ''}`)
    case 'order.return-rejected': return write('About what you sent back', `We could not take back what you announced:\n\n  ${order.cause ?? ''}\n\nNothing was refunded for it. Please answer this mail if that is not right.`)
    default: return null
  }
}

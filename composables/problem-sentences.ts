import type { Problem } from '#shared/schemas/problem'
import { unreachable } from '#shared/unreachable'

const sentences: Record<string, string> = {
  'auth/wrong-credentials': 'That e-mail and password don’t go together. Try again, or set a new password.',
  'auth/email-taken': 'There is already an account with that e-mail. Log in instead?',
  'auth/login-needed': 'Log in first, then we can show you this.',
  'auth/too-many-tries': 'That was a lot of tries for this account. Wait a little, or set a new password by e-mail.',
  'platform/too-many-requests': 'That was a lot at once. Wait a moment and try again.',
  'auth/busy': 'A lot of people are logging in right now. Try again in a few seconds.',
  'auth/wrong-password': 'That is not the password you have now.',
  'auth/password-length': 'Use 8 to 128 characters.',
  'auth/password-common': 'That one is on every guesser’s list. A few unrelated words work well.',
  'auth/password-personal': 'That is hardly more than your name, your e-mail or ours. Add something that nobody knows about you.',
  'auth/reset-unusable': 'This link has been used or is too old. Only the latest one works, once, for 30 minutes.',
  'cart/full': 'A hundred different things is as much as a basket holds.',
  'orders/cart-empty': 'Your basket is empty, so there is nothing to check out yet.',
  'orders/out-of-stock': 'There aren’t that many left. Try fewer, or another variant.',
  'orders/checkout-expired': 'We held your things for a while and then let go. Hold them again to carry on.',
  'orders/price-changed': 'The total changed while you were away. Have a look at it before you pay.',
  'orders/still-running': 'We are still working on your order. Give it a few seconds.',
  'orders/not-cancellable': 'It is too late to cancel this one. You can send it back when it arrives.',
  'orders/being-handed-over': 'The parcel is being handed over right now. Try again in a few seconds.',
  'orders/payment-pending': 'The bank is still confirming your payment. Try again in a minute.',
  'orders/too-large': 'That is more than one card payment can carry. Split it into several orders.',
  'orders/not-returnable': 'Only what was delivered can be sent back.',
  'orders/return-too-late': 'The thirty days for sending things back are over.',
  'orders/return-open': 'That is on its way back already.',
  'orders/return-too-much': 'That is more than can come back. Reload the page to see what is left.',
  'orders/return-closed': 'Somebody has closed this return already. Reload the page to see how.',
  'orders/refund-changed': 'These things are worth another amount by now. Choose them again to see it.',
  'orders/refund-too-much': 'Some of that has gone back already. Reload the page to see what is left.',
  'orders/refund-too-large': 'That is more than what is left of this order.',
  'orders/cancel-instead': 'All of it can only go back with the order: cancel it instead, so that the parcel stays here.',
  'orders/not-restockable': 'Only things of a parcel that has left can go back on the shelf.',
  'orders/not-fulfillable': 'Only a paid order waits for its parcel, and this one does not any more.',
  'fulfilment/not-handed-over': 'The carrier hasn’t taken the parcel. The shop goes on trying; ask again in a moment.',
  'promotions/unknown-code': 'We don’t know that code. Check its spelling?',
  'promotions/ended': 'That code has ended.',
  'promotions/minimum-not-met': 'That code needs a fuller basket.',
  'promotions/used-up': 'That code has been used up: others were quicker. Nothing was charged; take it out to carry on without.',
  'promotions/already-used': 'You have used that code as often as one person can. Nothing was charged; take it out to carry on without.',
  'promotions/code-taken': 'There is a code of that name already.',
  'promotions/limit-below-uses': 'It has been used more often than that. End it instead, or choose a higher limit.',
  'orders/nothing-to-reorder': 'None of it can be had any more. That happens with small runs.',
  'orders/no-invoice-yet': 'There is an invoice as soon as the payment is through.',
  'orders/underway': 'Something of yours is still on its way, goods or money. Come back when it has arrived.',
  'account/addresses-full': 'Twenty addresses are as many as we keep. Delete one first.',
  'account/admin': 'You run the shop. Have that role taken from the account first.',
  'reviews/buyers-only': 'Only people who bought it can review it, and we found no order of yours with it.',
  'reviews/own-review': 'That is your own review. We believe you that you find it helpful.',
  'reviews/changed-meanwhile': 'Its author has changed this review since you read it. Reload the page and read it again.',
  'reviews/already-decided': 'Somebody has decided over this one already. Reload the page to see how.',
  'wishlist/full': 'Two hundred wishes is as much as a list holds. Perhaps one of them is done?',
  'orders/no-longer-sold': 'Something in your basket is no longer sold. Take it out to carry on.',
  'products/changed-meanwhile': 'Somebody else has changed this while you were at it. Nothing of yours is lost.',
  'products/slug-taken': 'Another product has that address.',
  'products/slug-redirects': 'Old links to that address lead to another product.',
  'products/stock-below-zero': 'There are not that many on the shelf.',
  'products/not-a-picture': 'That is no picture that we can use: JPEG, PNG, WebP or AVIF, whatever its name says.',
  'products/too-many-pixels': 'That picture has more than 40 megapixels. Make it smaller first.',
  'products/upload-broken': 'The picture did not arrive whole. Send it again.',
  'products/upload-not-failed': 'That one is being worked on, or done already.',
  'auth/admins-only': 'This is for those who run the shop.',
  'operations/letter-not-waiting': 'Somebody, or the shop itself, has decided over this one already.',
  'fulfilment/carrier-unavailable': 'The carrier isn’t answering just now, so we can’t say yet whether the parcel stays here. Look again in a minute.',
  'payments/gateway-unavailable': 'We can’t reach the card network just now. Nothing was charged and your basket is safe.',
  'platform/database-unavailable': 'We can’t save anything just now. Try again in a few seconds; nothing you entered is lost.',
  'platform/database-crowded': 'A lot of people are here at once. Try again in a moment; nothing was lost.',
  'platform/invalid-input': 'Something in the form needs another look.',
}

const byStatus: Record<number, string> = {
  401: 'Log in first, then try again.',
  402: 'The payment didn’t go through. Nothing was charged; try another card.',
  403: 'That didn’t seem to come from one of our own pages. Reload this one and try again.',
  404: 'We can’t find that any more.',
  409: 'Something changed in the meantime. Have a look and try again.',
  413: 'That is more text than we can take.',
  422: 'Something in the form needs another look.',
  429: 'That was a lot in a short time. Wait a moment and try again.',
  503: 'We are catching our breath. Try again in a few seconds; nothing you entered is lost.',
}

/** A sentence for a problem's stable code, for `?problem=` after a form that was sent without JavaScript. */
export function sentenceForCode(code: string): string {
  return sentences[code] ?? 'That didn’t work. Try again in a moment.'
}

/** A sentence for whatever a call to `/api` failed with. */
export function sentenceForError(error: unknown): string {
  const { statusCode, data, told } = error as { statusCode?: number, data?: Partial<Problem>, told?: string }
  if (told) return told
  // The bank's own reason is worth more than ours.
  if (statusCode === 402 && data?.detail) return `${data.detail.replace(/\.?$/, '.')} Nothing was charged; try another card.`
  if (data?.code && sentences[data.code]) return sentences[data.code]!
  if (!statusCode) return unreachable
  return byStatus[statusCode] ?? 'Something broke on our side. Try again in a moment; nothing you entered is lost.'
}

import { describe, expect, it } from 'vitest'
import { detailErrors, detailsCookie, detailsOfCookie, emptyDetails } from '../../shared/checkout-details.ts'

const full = { ...emptyDetails, email: 'ada@example.com', name: 'Ada', line1: '12 Square', city: 'London', postcode: 'SW1Y 4JH' }
const cookieOf = (value: unknown) => `a=b; ${detailsCookie}=${Buffer.from(JSON.stringify(value)).toString('base64url')}; c=d`

describe('what is typed at the checkout', () => {
  it('when nothing is missing, then nothing is wrong', () => {
    expect(detailErrors(full)).toEqual({})
  })

  it('when fields are empty, blank or odd, then each is named', () => {
    expect(Object.keys(detailErrors({ ...full, email: 'ada@', city: ' ', country: 'XX', shippingMethod: 'pigeon' })).toSorted()).toEqual(['city', 'country', 'email', 'shippingMethod'])
  })

  it('when it was kept in a cookie, then every letter comes back', () => {
    const typed = { ...full, name: 'Zoë Ōtsuka 🏺' }
    expect(detailsOfCookie(cookieOf(typed))).toEqual(typed)
  })

  it.each([undefined, '', 'session=1', `${detailsCookie}=`, `${detailsCookie}=%%%`, `${detailsCookie}=bm90IGpzb24`, cookieOf(null), cookieOf({ email: 7, admin: 'yes' })])('when the cookie is %s, then nothing is known', (header) => {
    expect(detailsOfCookie(header)).toEqual({})
  })
})

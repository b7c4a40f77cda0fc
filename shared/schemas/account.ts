import { z } from 'zod'
import { givenPassword } from './auth.ts'
import { address } from './orders.ts'
import { line } from './text.ts'
import { id, instant } from './values.ts'

/** How many addresses an account keeps at most. */
export const maxAddresses = 20

export const savedAddress = z.object({ id, isDefault: z.boolean(), ...address.shape }).meta({ id: 'SavedAddress' })
export type SavedAddress = z.infer<typeof savedAddress>
export const addressList = z.object({ items: z.array(savedAddress) })
export type AddressList = z.infer<typeof addressList>

/** `POST /api/account/addresses`; the first one is the default whatever it says. */
export const addressBody = z.strictObject({ ...address.shape, isDefault: z.boolean().optional() })
export type AddressBody = z.infer<typeof addressBody>

/** `PATCH /api/account/addresses/{id}`: what is named changes. Another address is made the default, none is made to be it no more. */
export const addressChange = z.strictObject({ ...address.partial().shape, isDefault: z.literal(true).optional() })
export type AddressChange = z.infer<typeof addressChange>

/** `PATCH /api/account`. */
export const profileBody = z.strictObject({ name: line(100, 'Tell us your name') })

/** `POST /api/account/deletion`. */
export const deletionBody = z.strictObject({ password: givenPassword })

/** `GET /api/account/data`: when it was put together, then a part for each domain. */
export const accountExport = z.looseObject({ madeAt: instant })
export type AccountExport = z.infer<typeof accountExport>

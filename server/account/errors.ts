import { maxAddresses } from '../../shared/schemas/account.ts'
import { AppError } from '../platform/http/app-error.ts'

export const addressesFull = () => new AppError({ code: 'account/addresses-full', status: 409, title: `An account keeps at most ${maxAddresses} addresses` })

/** Their decisions stand in the books under their id. */
export const adminStays = () => new AppError({
  code: 'account/admin',
  status: 409,
  title: 'Somebody who runs the shop cannot leave by this door',
  detail: 'Have the role taken from the account first.',
})

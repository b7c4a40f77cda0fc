import type { PaymentGateway } from '../../server/payments/gateway.ts'

interface Purchase { orderId: string, amountMinor: number, currency: string, paymentMethod: string }

/** Charges without the saga: silence counts as failure, and each try is a new payment under a key of its own. */
export async function retryOnTimeout(gateway: Pick<PaymentGateway, 'create' | 'confirm' | 'capture'>, { orderId, amountMinor, currency, paymentMethod }: Purchase, tries = 2): Promise<boolean> {
  for (let attempt = 1; attempt <= tries; attempt++) {
    try {
      const intent = await gateway.create({ orderId, amountMinor, currency, key: crypto.randomUUID() })
      await gateway.confirm(intent.id, { paymentMethod, key: crypto.randomUUID() })
      await gateway.capture(intent.id, { key: crypto.randomUUID() })
      return true
    }
    catch {
      continue
    }
  }
  return false
}

import type { PaymentGateway } from '../../server/payments/gateway.ts'

interface Purchase { orderId: string, amountMinor: number, currency: string, paymentMethod: string }

/** Takes silence for a no: what the gateway did meanwhile is nobody's business any more. */
export async function failOnTimeout(gateway: Pick<PaymentGateway, 'create' | 'confirm' | 'capture'>, { orderId, amountMinor, currency, paymentMethod }: Purchase): Promise<boolean> {
  try {
    const intent = await gateway.create({ orderId, amountMinor, currency, key: crypto.randomUUID() })
    await gateway.confirm(intent.id, { paymentMethod, key: crypto.randomUUID() })
    await gateway.capture(intent.id, { key: crypto.randomUUID() })
    return true
  }
  catch {
    return false
  }
}

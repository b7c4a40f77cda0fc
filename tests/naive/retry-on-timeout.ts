import type { FakeGateway } from '../harness/fake-gateway.ts'

interface Charge { orderId: string, amountMinor: number, currency: string, paymentMethod: string }

async function charge(gateway: FakeGateway, { orderId, amountMinor, currency, paymentMethod }: Charge) {
  const { id } = await gateway.create({ orderId, amountMinor, currency, key: crypto.randomUUID() })
  await gateway.confirm(id, { paymentMethod, key: crypto.randomUUID() })
  await gateway.capture(id, { key: crypto.randomUUID() })
}

/** Takes a timeout for a failure that may be tried again, as a new request. */
export async function chargeAgainOnTimeout(gateway: FakeGateway, wanted: Charge): Promise<'paid' | 'failed'> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await charge(gateway, wanted)
      return 'paid'
    }
    catch {
      continue
    }
  }
  return 'failed'
}

/** Takes a timeout for a no. */
export async function failOnTimeout(gateway: FakeGateway, wanted: Charge): Promise<'paid' | 'failed'> {
  return charge(gateway, wanted).then(() => 'paid' as const, () => 'failed' as const)
}

/** What is used of Stripe.js, which Stripe lets nobody serve but itself. */
export interface StripeElements {
  create(type: 'payment', options: object): { mount(target: HTMLElement): void, on(event: 'change' | 'ready', listener: () => void): void }
  update(options: { amount: number }): void
  submit(): Promise<{ error?: { message?: string } }>
}
export interface StripeClient {
  elements(options: object): StripeElements
  createPaymentMethod(options: { elements: StripeElements }): Promise<{ paymentMethod?: { id: string }, error?: { message?: string } }>
}

const address = 'https://js.stripe.com/v3/'

/** Loads Stripe.js, once a page. Rejects when it can't be had; asked again, it tries again. */
export async function loadStripe(publishableKey: string): Promise<StripeClient> {
  const page = window as Window & { Stripe?: (key: string) => StripeClient }
  if (!page.Stripe) {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: address, async: true, onload: resolve })
      script.onerror = () => {
        script.remove()
        reject(new Error('Stripe.js did not load'))
      }
      document.head.append(script)
    })
  }
  if (!page.Stripe) throw new Error('Stripe.js is not there')
  return page.Stripe(publishableKey)
}

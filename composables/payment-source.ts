/** Where a card is typed: the form of the sandbox, or Stripe's. Both end with the id of a payment method, and the card stays there. */
export interface PaymentSource {
  /** Says what is missing beside its field. Resolves to whether the card can be tried. */
  validate(): Promise<boolean>
  /** The same card keeps its id, so that a retry is the same request. Rejects with what the shopper is to be told. */
  methodId(): Promise<string>
  /** The id was used up: the next try gets another one. What was typed stays. */
  renew(): void
}

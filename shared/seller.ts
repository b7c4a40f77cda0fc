/** Who sells, as an invoice has to say it. A made-up company: put your own here. */
export const seller = {
  name: 'Monolith Supply Ltd',
  lines: ['Unit 4, The Old Dye Works', '18 Chandlers Row', 'Leeds LS10 1RT', 'United Kingdom'],
  company: 'Registered in England and Wales, no. 00000000',
  vat: 'VAT no. GB 000 0000 00',
} as const

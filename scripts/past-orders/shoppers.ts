import type { Address } from '../../shared/schemas/orders.ts'

export interface PastShopper { name: string, email: string, address: Address }

const people: readonly [name: string, line1: string, city: string, postcode: string, country?: Address['country']][] = [
  ['Ines Okafor', '14 Marlborough Hill', 'Bristol', 'BS2 8EX'],
  ['Tom Haldane', '3/2 Arden Street', 'Edinburgh', 'EH9 1BW'],
  ['Priya Raman', '88 Cardigan Road', 'Leeds', 'LS6 3BJ'],
  ['Gethin Pryce', '7 Heol y Bont', 'Aberystwyth', 'SY23 1LN'],
  ['Maeve Donnelly', '21 Ormeau Parade', 'Belfast', 'BT7 2GJ'],
  ['Oskar Lindqvist', '5 Tenter Ground', 'London', 'E1 7NH'],
  ['Hannah Whitlock', 'The Old Dairy, Church Lane', 'Ludlow', 'SY8 1AW'],
  ['Samir Haddad', '119 Northcote Road', 'London', 'SW11 6PW'],
  ['Beth Arkwright', '62 Oldham Street', 'Manchester', 'M4 1LE'],
  ['Callum Reid', '30 Hyndland Road', 'Glasgow', 'G12 9UY'],
  ['Yuki Tanner', '11 Jesus Terrace', 'Cambridge', 'CB1 1NA'],
  ['Rosalind Pike', '4 Quay Hill', 'Falmouth', 'TR11 3HG'],
  ['Dara Quinn', '9 Manor Street', 'Dublin', 'D07 X2N4', 'IE'],
  ['Femi Adeyemi', '27 Bellenden Road', 'London', 'SE15 4QA'],
  ['Lotte Brandt', 'Wrangelstraße 41', 'Berlin', '10997', 'DE'],
  ['Neil Sugden', '15 Market Place', 'Hebden Bridge', 'HX7 6AA'],
  ['Carys Bevan', '2 Pontcanna Street', 'Cardiff', 'CF11 9HQ'],
  ['Julien Marchand', '18 rue Sainte-Marthe', 'Paris', '75010', 'FR'],
  ['Amira Siddiqui', '73 Moseley Road', 'Birmingham', 'B12 9AH'],
  ['Wilf Thackeray', '6 Skeldergate', 'York', 'YO1 6DH'],
  ['Elspeth Moir', '12 Queen’s Road', 'Aberdeen', 'AB15 4ZT'],
  ['Sanne de Wit', 'Oudegracht 210', 'Utrecht', '3511 NS', 'NL'],
  ['George Opoku', '54 Gloucester Street', 'Brighton', 'BN1 4EW'],
  ['Fran Leadbetter', '31 Lark Lane', 'Liverpool', 'L17 8UN'],
  ['Kit Ashdown', '8 Bridge Street', 'Stroud', 'GL5 1DY'],
]

/** Who has bought in the demo before; their addresses are made up, and no mail can reach them. */
export const pastShoppers: readonly PastShopper[] = people.map(([name, line1, city, postcode, country = 'GB']) => ({
  name,
  email: `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
  address: { name, line1, city, postcode, country },
}))

export const addressOfDemoShopper: Address = { name: 'Demo Shopper', line1: '1 Quay Street', city: 'Bristol', postcode: 'BS1 4DJ', country: 'GB' }

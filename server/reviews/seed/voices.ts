/** What people said of the house's own range before there was this shop: stars, headline, text. */
export type Voice = readonly [rating: number, title: string, text: string]

export const names = ['Morag', 'Dev', 'Ines', 'Tobias', 'Wilhelmina F.', 'Gareth', 'Oluchi', 'P. Sandoval', 'Hattie', 'Bram', 'Noor', 'Cormac', 'Agnes (the other one)', 'Rafe', 'Yuki', 'Lotte', 'A former architect', 'Desmond', 'Priya', 'Eun-ji', 'Fergus', 'Beatriz', 'Linus', 'Mrs Okafor'] as const

export const voices: Readonly<Record<string, readonly Voice[]>> = {
  mugs: [
    [5, 'Holds tea', 'I have had mugs that were better at being photographed and worse at being mugs. This one holds tea and does not make a fuss.'],
    [5, 'Stolen twice', 'Once by a colleague, once by my sister. I take this as a recommendation and have ordered a third.'],
    [4, 'One star off for the cat', 'The cat likes it as well. Everything that I drink is now shared. Otherwise a very good mug.'],
    [5, 'The left-handed side', 'For forty years I have looked at the back of mugs. Somebody has finally drawn on both sides.'],
    [2, 'It is a mug', 'It arrived, it is a mug, it does what mugs do. I had hoped that at this price it would also make the coffee. My wife says that this is not how reviews work, and has hidden the mug.'],
    [4, 'Heavy, in a good way', 'Stays where it is put, which is more than can be said of the people in this house.'],
    [3, 'Fine', 'Fine. Slightly larger than I am used to, so I am now slightly more awake than I am used to.'],
    [5, 'Survived the office dishwasher', 'Nothing survives the office dishwasher. Four months, not a scratch. I have begun to trust again.'],
  ],
  prints: [
    [5, 'My landlord asked where it was from', 'He has been in this flat eleven times and has never asked anything but where the damp was.'],
    [4, 'Arrived flat', 'Really flat, between boards, as promised. One star less because the frame makes everything else in the room look unfinished.'],
    [5, 'From across the room', 'From the sofa it is calm. From the kitchen it is a different picture. I have walked back and forth a good deal.'],
    [2, 'Now the wall is wrong', 'The print is faultless. Next to it, the wall is not. I have since repainted the wall, then the hall, and my husband is speaking to a plasterer. Two stars, for the expense.'],
    [5, 'Better paper than my diploma', 'Thicker, whiter, and it cost less. I know which of the two is on the wall.'],
    [3, 'Smaller than I thought', 'The measurements were on the page. I did not read them. It is a good print for somebody who reads.'],
    [5, 'No glare', 'Opposite a window, west side, five in the afternoon: you can still see it. That was the whole question.'],
  ],
  totes: [
    [5, 'Potatoes', 'It says that they tested it with potatoes. I have tested it with more potatoes. They were right.'],
    [4, 'Long handles, thank you', 'Goes over a winter coat. Whoever measured that has owned a winter coat.'],
    [5, 'The bag of the house', 'We own nine bags and there is a queue for this one.'],
    [2, 'Too nice to use', 'I bought it for the market. It is now too nice for the market. It hangs in the hall and looks at me while I leave with a plastic bag, ashamed.'],
    [3, 'Wrinkles', 'It is cotton and behaves like cotton. I own an iron. We have not been introduced.'],
    [5, 'Bread-proof', 'Two loaves, a laptop, no crumbs in the laptop. I did not think that it could be done.'],
  ],
  tees: [
    [5, 'Fifty washes, I counted', 'I wrote them on the inside of the cupboard. It still looks like the picture, and the cupboard looks like a prison.'],
    [4, 'Shoulders in the right place', 'Most shirts believe that my shoulders are elsewhere. One star less because the postman saw it before I did and wants one.'],
    [5, 'People read it', 'There is nothing written on it and people still stop to read it.'],
    [2, 'My son wears it', 'I wore it once. I have not seen it since, except from behind, leaving the house at speed. Two stars, because technically it fits him better.'],
    [3, 'Check the size', 'Relaxed means relaxed. If you are not relaxed, take one smaller.'],
    [5, 'Soft', 'Soft on the first day, softer now. I have nothing clever to add.'],
  ],
  notebooks: [
    [5, 'Opens flat', 'I did not know that I was angry at notebooks until one opened flat.'],
    [4, 'Takes a fountain pen', 'Wet nib, no bleeding, a little ghosting if you write the way that I do when I am cross.'],
    [5, 'I started on the third page', 'The description said to. It worked. I am on page sixty and have a plan for the garden.'],
    [2, 'Still empty', 'A beautiful notebook. I have owned it for seven months and nothing that I think is good enough to go into it. I did not have this problem with the free ones from the bank.'],
    [5, 'Bus-proof', 'Fell off a bus. Not under it, but off it. The corners did the talking.'],
    [3, 'Dots are faint', 'Good if you want to ignore them, and I cannot ignore them.'],
  ],
  cushions: [
    [5, 'The nap is official', 'Two of them, as advised. I have missed three meetings.'],
    [4, 'The cat agrees', 'She has agreed to it daily, from two until six. It washes well, which is as far as I get to judge.'],
    [5, 'Corners stay plump', 'A year on and the corners have not given up. I find that encouraging in general.'],
    [2, 'Sofa now looks sad', 'Comfortable, well made, good zip. It has made the sofa look like a sofa in a waiting room. I wanted a cushion and I am getting a sofa. Nobody warned me.'],
    [3, 'Firm', 'Firmer than the old one, which was eleven years old and mostly an idea.'],
    [5, 'Good zip', 'You really cannot find it. My mother tried.'],
  ],
}

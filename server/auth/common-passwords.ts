/** As a guesser folds it: case and width mean nothing. */
const fold = (password: string) => password.normalize('NFKC').toLowerCase()

/**
 * The passwords that a guesser tries first, as words and the ways in which people stretch them: what the published lists
 * of leaked passwords hold at eight characters and above is nearly all of this kind, and 300 words say it.
 */
export const commonWords: ReadonlySet<string> = new Set(`
password passwort passw0rd pass secret welcome letmein login admin administrator root master guest user test demo changeme default access
server system computer internet network windows linux google facebook twitter instagram youtube samsung iphone apple microsoft android nokia
monkey dragon tiger lion eagle falcon hunter wolf panther jaguar horse puppy kitten kitty doggy rabbit turtle dolphin shark penguin spider
butterfly chicken cookie banana cherry orange lemon peanut pepper ginger cheese chocolate coffee sugar honey candy pumpkin strawberry blueberry
sunshine sunflower flower rainbow summer winter spring autumn snow storm thunder lightning ocean river mountain forest moon star starlight shadow
angel angels devil heaven jesus christ church faith blessed love lovely lover loveme iloveyou iloveu mylove sweetheart sweetie darling baby babygirl
princess prince queen king knight wizard magic merlin gandalf phoenix unicorn fairy vampire zombie ninja samurai pirate warrior soldier ranger
football soccer baseball basketball hockey tennis golf cricket rugby boxing fishing hunting racing surfing skate snowboard liverpool arsenal chelsea
everton barcelona juventus manchester united rangers celtic yankees lakers cowboys steelers packers patriots ferrari porsche mercedes corvette
mustang harley yamaha honda toyota suzuki nissan jordan michael jennifer jessica ashley amanda daniel andrew joshua matthew anthony robert william
david thomas charlie george oliver harry jack james john richard joseph steven brandon justin nicole michelle stephanie samantha elizabeth hannah
sophie emily emma olivia charlotte victoria alexander alexandra natalie vanessa patricia barbara maria martin peter patrick kevin brian jason
superman batman spiderman starwars pokemon pikachu naruto minecraft fortnite roblox playstation nintendo xbox matrix trustno1 whatever freedom
forever friend friends family mother father brother sister daddy mommy mummy hello goodbye happy lucky smile funny crazy sexy hottie cutie beautiful
pretty diamond silver golden crystal purple yellow black white green blue london england america canada australia germany france paris berlin texas
california florida newyork chicago boston dallas money dollar business office company school student teacher college music guitar piano metallica
nirvana eminem rockstar qwerty qwertz azerty qwert asdf asdfgh zxcvbn zxcvbnm qazwsx abc abcd abcde abcdef abc123 a1b2c3 q1w2e3 q1w2e3r4 1q2w3e 1q2w3e4r
zaq1 killer hacker cracker gangster player gamer legend monster mickey minnie snoopy garfield tweety scooby simpson homer bart simba nemo shrek
`.trim().split(/\s+/))

export const commonEndings: ReadonlySet<string> = new Set(['', '0', '1', '2', '3', '5', '7', '9', '00', '01', '07', '10', '11', '12', '13', '21', '22', '23', '42', '69', '77', '88', '99', '100', '101', '111', '123', '321', '420', '555', '666', '777', '786', '999', '007',
  '1234', '4321', '12345', '54321', '123456', '1234567', '12345678', '123456789', '!', '!!', '1!', '12!', '123!', '1234!', '?', '.', '*', '#1', '@1', '@123', '_123', '-123', 'abc', 'xyz', 'qwerty', '123abc', 'man', 'boy', 'girl', 'love', 'lover', 'me', 'you', 'forever',
  ...Array.from({ length: 78 }, (_, index) => String(1950 + index)), ...Array.from({ length: 12 }, (_, index) => `@${2016 + index}`)])

/** What no rule below makes of the words. */
const phrases = new Set(`
11223344 12121212 13131313 10203040 102030405060 123123123 123321123 123454321 1234512345 123456123456 12344321 12345679 147258369 147852369 159753159 159357258
18436572 19841984 20202020 21212121 23232323 31415926 3141592653 314159265 741852963 789456123 963852741 987654321 9876543210 98765432 87654321 88888888
1qaz2wsx 1qaz2wsx3edc 1qazxsw2 2wsx3edc zaq12wsx zaq1xsw2 qazwsxedc qazwsxedcrfv 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4t5 q1w2e3r4t5y6 qwe123qwe qweasdzxc qweasd123 asdzxc123 asdqwe123 zxcasdqwe
qwer1234 1234qwer asdf1234 1234asdf zxcv1234 qwerasdf qwerasdfzxcv asdfzxcv poiuytrewq lkjhgfdsa mnbvcxz1 mnbvcxzlkjhgfdsa abcd1234 1234abcd abc12345 12345abc 123456abc abc123456 a1b2c3d4 a1b2c3d4e5 aa123456 a123456789 a12345678 123456789a 123456789q
123qweasd 123qweasdzxc 123qwe123 qwe12345 q1234567 pass1234word p4ssword pa55word passpass password1password wordpass drowssap
letmein2 letmeinnow letmeinplease openup123 opensesame sesameopen changeme1 changemenow changethis changeit123 notsecure nopassword mypassword mypass123 thepassword newpassword oldpassword thisismypassword yourpassword password! passwordpassword nothing1 nothing123 idontknow dontknow1 iforgot1 forgetit forgotpassword
iloveyou iloveyou2 iloveyouso ilovegod ilovejesus iloveme1 ilovehim ilovemymom ilovemydad ilovemyself iloveyoubaby iloveyouforever iloveu123 youandme godisgood godislove jesus4ever jesuschrist jesusislord jesussaves praisegod amazinggrace
trustnoone trustnobody whoareyou whoami123 fuckyou1 fuckyou123 fuckyou2 fuckoff1 asshole1 bullshit motherfucker killyourself blowjob1 pornhub1
correcthorsebatterystaple correcthorse batterystaple tobeornottobe maytheforcebewithyou maytheforce winteriscoming valarmorghulis youshallnotpass livelongandprosper hakunamatata abracadabra alohomora expelliarmus supercalifragilistic
metallica1 blink182a linkinpark slipknot greenday redhotchilipeppers thebeatles beatles1 ledzeppelin pinkfloyd rollingstones backstreet justinbieber onedirection taylorswift
manchesterunited manutd123 realmadrid fcbarcelona liverpoolfc chelseafc arsenalfc tottenham newcastle leicester birmingham nottingham edinburgh dallascowboys redsox123 newyork1 losangeles sanfrancisco washington
blackberry whatsapp1 snapchat1 hotmail1 yahoo123 gmail123 outlook1 netflix1 spotify1 amazon123 paypal123 bitcoin1 dogecoin linkedin
administrator administrator1 administrador supervisor superuser sysadmin1 webmaster postmaster rootroot adminadmin admin1234 admin12345 admin123456 useruser testtest test1234 testing1 testing123 guestguest demodemo logmein1 letstart computer1 internet1
charlotte1 elizabeth1 alexander1 christopher jonathan nicholas benjamin christian sebastian gabriel1 isabella1 valentina fernando alejandro francisco guillermo katherine catherine margaret1 josephine caroline veronica danielle gabrielle stephen1 frederick mohammed muhammad abdullah bismillah
teamo123 tequiero teamomucho estrella mariposa corazon1 princesa contrasena contraseña hola1234 motdepasse azertyuiop bonjour1 soleil123 jetaime1 doudou123 chouchou loulou123 marseille hallo123 schatz123 passwort1 geheim123 fussball bayern123 schalke04 dortmund sommer123 hejhej123 wachtwoord welkom123 lozenord heslo1234 haslo1234
`.trim().split(/\s+/).map(fold))

const rows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1234567890', 'qwertzuiop', 'azertyuiop', 'abcdefghijklmnopqrstuvwxyz', '01234567890']
const swaps: Record<string, string> = { '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', '$': 's', '5': 's', '7': 't' }
const unswapped = (text: string) => text.replaceAll(/[@431!0$57]/g, character => swaps[character]!)

/** A word with an ending, perhaps with one sign more; one with a beginning; or one twice. */
function isStretchedWord(text: string): boolean {
  for (let cut = 3; cut <= text.length; cut++) {
    if (!commonWords.has(text.slice(0, cut))) continue
    const tail = text.slice(cut)
    if (commonEndings.has(tail) || commonEndings.has(tail.replace(/[!?.*#$@]$/, '')) || tail === text.slice(0, cut)) return true
  }
  return commonWords.has(text.replace(/^(?:1|123|my|the)/, ''))
}

/** One to three characters over and over, or a run along the keyboard or the alphabet, there or back. */
function isPattern(text: string): boolean {
  if (/^(.{1,3}?)\1+.?$/u.test(text)) return true
  const runs = rows.flatMap(row => [row, [...row].toReversed().join('')])
  return runs.some(row => `${row}${row}`.includes(text))
}

/**
 * Whether a guesser would try it among the first: in any case, with letters swapped for look-alikes (`P@ssw0rd1`), or as a
 * pattern. A longer text that merely holds a common word is not common.
 */
export function isCommonPassword(password: string): boolean {
  const plain = fold(password)
  const [, stem = '', tail = ''] = /^(.*?)([\d!?.*#@_-]*)$/su.exec(plain) ?? []
  return isPattern(plain) || [plain, unswapped(plain), unswapped(stem) + tail].some(text => phrases.has(text) || isStretchedWord(text))
}

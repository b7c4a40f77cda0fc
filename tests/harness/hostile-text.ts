/** Texts that have hurt somebody: markup, templates, control and direction marks, halves of characters, names of prototypes, SQL, headers. */
export const hostileTexts: readonly string[] = [
  '', ' ', '\0', 'a\0b', '\u{202E}gnp.exe', '\u{200B}\u{FEFF}', 'e\u{301}\u{302}\u{323}'.repeat(20), '\uD800', 'x\uDC00y', '👩‍👩‍👧‍👦', '𝒜𝓁𝒾𝒸𝑒', 'ﷺ', '\u{2028}\u{2029}', '\x1B[2J', '\x7F',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '-1', '1e309', '9007199254740993', '0x10', '١٢٣',
  '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', '</title><svg/onload=alert(1)>', '{{constructor.constructor(\'alert(1)\')()}}', '${{7*7}}', '${process.env.PATH}', '#{7*7}', '<%= 7*7 %>', 'javascript:alert(1)',
  '\' or 1=1 --', '%_%', '\\', '\'; drop table users; --', '$1', '$$', ':*', '!( & |', '(((', '../../../../etc/passwd', '..%2f..%2f', 'a\r\nSet-Cookie: x=y', 'Ada\r\nBcc: eve@evil.example', '=cmd|\'/c calc\'!A1', '%', '%00', '%s%n', 'file:///etc/passwd', 'http://169.254.169.254/', '🏳️‍🌈', 'İ', 'ß', 'Ω', 'x'.repeat(200), 'ä'.repeat(600),
]

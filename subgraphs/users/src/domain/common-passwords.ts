/**
 * Passwords that attackers try first, of those long enough to pass the length rule; from the
 * heads of published frequency lists. Simple patterns need no entry: `isCommonPassword` knows them.
 */
const COMMON = new Set(
  `password passw0rd p@ssword p@ssw0rd password1 password12 password123 password1234 password!
  password01 password11 password2 password99 passwords mypassword newpassword changeme changeme1
  changeme123 letmein1 letmein12 letmein123 iloveyou iloveyou1 iloveyou2 iloveyou! ilovegod
  trustno1 sunshine sunshine1 princess princess1 football football1 baseball baseball1 basketball
  superman superman1 batman123 spiderman starwars startrek michelle jennifer jessica1 samantha
  charlie1 michael1 jordan23 anthony1 matthew1 jonathan benjamin nicholas victoria elizabeth
  alexander alexandra christian christina patricia danielle veronica isabella gabriela fernando
  computer internet samsung1 microsoft windows1 google123 facebook linkedin whatever whatever1
  welcome1 welcome12 welcome123 welcome! admin123 admin1234 administrator administrator1 root1234
  rootroot adminadmin useruser testtest test1234 test12345 testing1 testing123 demo1234 guest123
  qwerty12 qwerty123 qwerty1234 qwertyui qwertyuiop qwertyuiop123 qazwsxedc qazwsx123 1qaz2wsx
  1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5 zaq12wsx zaq1zaq1 zxcvbnm1
  zxcvbnm123 asdfghjk asdfghjkl asdf1234 asdfasdf qwer1234 qweasdzxc qweqweqwe abcd1234 abc12345
  abcdef123 abc123456 a1b2c3d4 a123456789 a12345678 aa123456 aa12345678 aaaa1111 1a2b3c4d
  123456789a 12345678a 123456abc 123456aa 123abc123 12341234 12344321 123123123 123321123 11223344
  1122334455 11112222 12121212 123454321 1234qwer 123qweasd 123qwe123 147258369 147852369 159753456
  789456123 987654321 741852963 963852741 123654789 135792468 102030405 100200300 123698745
  liverpool arsenal1 chelsea1 barcelona realmadrid juventus manchester manunited pokemon1 pokemon123
  minecraft fortnite nintendo playstation naruto123 dragon12 dragon123 master12 master123 monkey12
  monkey123 shadow12 shadow123 killer12 killer123 hello123 hello1234 hellohello helloworld
  lovelove loveyou1 lovely12 loveme12 babygirl babygirl1 sweetheart beautiful butterfly chocolate
  cheesecake cookies1 strawberry pineapple banana12 blueberry rainbow1 sunflower snowball
  mercedes porsche911 corvette mustang1 ferrari1 lamborghini yamaha12 kawasaki harley12
  harrypotter slipknot metallica nirvana1 blink182 greenday eminem12 justinbieber
  january1 february november december september october1 summer2023 summer2024 summer2025
  summer2026 winter2023 winter2024 winter2025 winter2026 spring2024 spring2025 spring2026
  autumn2024 autumn2025 autumn2026 marlboro heineken bacardi1 redskins steelers cowboys1 yankees1
  maverick phoenix1 scorpion warcraft starcraft diablo12 fuckyou1 fuckyou2 fuckyou123 asshole1
  pussy123 blowjob1 cocacola1 coca-cola pepsi123 america1 australia canada123 germany1 london12
  newyork1 paris123 berlin12 secret12 secret123 topsecret security security1 access12 access14
  login123 temp1234 temporary default1 qwertz123 qwertzui qwertzuiop azertyuiop azerty123 passwort
  passwort1 motdepasse contrasena contraseña 5201314a woaini520 woaini1314 marketplace souksouk
  souk1234`.split(/\s+/),
);

/** Rows of a keyboard and the alphabets, in which a password may not simply be a stretch. */
const RUNS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
];
const reversed = (text: string) => [...text].reverse().join('');

/** `password` in small letters. */
export function isCommonPassword(password: string): boolean {
  const isOneUnitRepeated = /^(.{1,3})\1+.{0,2}$/su.test(password);
  const isRun = RUNS.some((run) => run.includes(password) || reversed(run).includes(password));
  return COMMON.has(password) || isOneUnitRepeated || isRun || password.trim() === '';
}

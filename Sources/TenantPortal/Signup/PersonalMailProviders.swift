/// Who gives addresses to anybody: such an address says nothing about an employer or an agency.
enum PersonalMailProviders {
  static let domains: Set<String> = [
    "gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.in", "yahoo.co.uk", "yahoo.de", "yahoo.fr",
    "yahoo.ca",
    "yahoo.com.au", "yahoo.com.br", "yahoo.co.jp", "ymail.com", "hotmail.com", "hotmail.co.uk", "hotmail.de",
    "hotmail.fr", "outlook.com", "outlook.in", "live.com", "live.in", "msn.com", "aol.com", "protonmail.com",
    "proton.me", "icloud.com", "me.com", "mac.com", "mail.com", "zoho.com", "yandex.com", "yandex.ru",
    "gmx.com",
    "gmx.de", "gmx.net", "web.de", "rediffmail.com", "fastmail.com", "tutanota.com", "hey.com",
  ]
}

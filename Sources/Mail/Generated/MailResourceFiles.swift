// Generated from Sources/Mail/Resources by embed-files; `make generate` writes it again. Do not edit.
// swift-format-ignore-file

package enum MailResourceFiles {
  /// Paths below the folder, in ascending order, and the files' texts.
  package static let files: [(path: String, text: String)] = [
    (path: "de-DE/admin_invitation.json", text: #"""
{
  "subject": "Einladung in die Vetchium-Verwaltung",
  "introduction": "{{inviter}} lädt Sie ein, Vetchium mit zu verwalten. Öffnen Sie diesen Link, um Ihren Namen einzutragen und ein Passwort zu wählen:",
  "button": "Konto einrichten",
  "expiry": "Der Link läuft in {{validity}} ab. Geben Sie ihn nicht weiter: Er ist nur für Sie bestimmt.",
  "unexpected": "Falls Sie das nicht erwartet haben, fragen Sie {{inviter}} oder ignorieren Sie diese Mail: Ohne den Link geschieht nichts."
}

"""#),
    (path: "de-DE/admin_password_reset.json", text: #"""
{
  "subject": "Neues Passwort für die Vetchium-Verwaltung",
  "introduction": "Jemand möchte das Passwort Ihres Administratorkontos zurücksetzen. Öffnen Sie diesen Link, um ein neues zu wählen:",
  "button": "Neues Passwort wählen",
  "expiry": "Der Link läuft in {{validity}} ab. Geben Sie ihn nicht weiter: Wer ihn hat, kann Ihr Passwort setzen.",
  "unexpected": "Falls Sie das nicht waren, können Sie diese Mail ignorieren: Solange niemand den Link benutzt, ändert sich nichts."
}

"""#),
    (path: "de-DE/admin_tfa.json", text: #"""
{
  "subject": "Vetchium-Verwaltung: Bestaetigungscode",
  "introduction": "Ihr Bestaetigungscode lautet:",
  "expiry": "Er läuft in {{validity}} ab.",
  "unexpected": "Falls Sie sich nicht anmelden wollten, beachten Sie diese Mail nicht, geben Sie den Code niemandem und sagen Sie einem anderen Administrator Bescheid."
}

"""#),
    (path: "de-DE/every_mail.json", text: #"""
{
  "portal_hub": "Vetchium Hub",
  "portal_admin": "Vetchium-Verwaltung",
  "automatic": "Dies ist eine automatische Nachricht. Antworten darauf liest niemand."
}

"""#),
    (path: "de-DE/hub_email_verification.json", text: #"""
{
  "subject": "Bestätigen Sie Ihre neue E-Mail-Adresse für Vetchium",
  "introduction": "Sie möchten sich künftig mit der Adresse {{new_address}} anmelden. Öffnen Sie diesen Link, um sie zu bestätigen:",
  "button": "Adresse bestätigen",
  "expiry": "Der Link läuft in {{validity}} ab.",
  "unexpected": "Falls Sie das nicht wollten, können Sie diese Mail ignorieren: Solange niemand den Link benutzt, ändert sich nichts."
}

"""#),
    (path: "de-DE/hub_password_reset.json", text: #"""
{
  "subject": "Neues Passwort für Vetchium",
  "introduction": "Jemand möchte das Passwort Ihres Kontos zurücksetzen. Öffnen Sie diesen Link, um ein neues zu wählen:",
  "button": "Neues Passwort wählen",
  "expiry": "Der Link läuft in {{validity}} ab. Geben Sie ihn nicht weiter: Wer ihn hat, kann Ihr Passwort setzen.",
  "unexpected": "Falls Sie das nicht waren, können Sie diese Mail ignorieren: Solange niemand den Link benutzt, ändert sich nichts."
}

"""#),
    (path: "de-DE/hub_signup_verification.json", text: #"""
{
  "subject": "Bestätigen Sie Ihre E-Mail-Adresse für Vetchium",
  "introduction": "Danke für Ihre Anmeldung. Öffnen Sie diesen Link, um Ihre E-Mail-Adresse zu bestätigen und die Registrierung abzuschließen:",
  "button": "Registrierung abschließen",
  "expiry": "Der Link läuft in {{validity}} ab.",
  "unexpected": "Falls Sie das nicht wollten, können Sie diese Mail ignorieren: Ohne den Link geschieht nichts."
}

"""#),
    (path: "de-DE/hub_tfa.json", text: #"""
{
  "subject": "Ihr Vetchium-Bestaetigungscode",
  "introduction": "Ihr Bestaetigungscode lautet:",
  "expiry": "Er läuft in {{validity}} ab.",
  "unexpected": "Falls Sie sich nicht anmelden wollten, beachten Sie diese Mail nicht und geben Sie den Code niemandem. Ändern Sie im Zweifel Ihr Passwort und fragen Sie unseren Support."
}

"""#),
    (path: "de-DE/validity.json", text: #"""
{
  "minutes_one": "{{count}} Minute",
  "minutes_other": "{{count}} Minuten",
  "hours_one": "{{count}} Stunde",
  "hours_other": "{{count}} Stunden",
  "days_one": "{{count}} Tag",
  "days_other": "{{count}} Tagen",
  "code_minutes_other": "{{count}} Minuten",
  "code_minutes_at_most_two": "höchstens 2 Minuten"
}

"""#),
    (path: "en-US/admin_invitation.json", text: #"""
{
  "subject": "You Are Invited to Administer Vetchium",
  "introduction": "{{inviter}} invites you to administer Vetchium. Open this link to enter your name and to choose a password:",
  "button": "Set up your account",
  "expiry": "The link will expire in {{validity}}. Do not pass it on: it is meant for you alone.",
  "unexpected": "If you did not expect this, ask {{inviter}} or ignore this mail: nothing happens without the link."
}

"""#),
    (path: "en-US/admin_password_reset.json", text: #"""
{
  "subject": "Reset Your Vetchium Admin Password",
  "introduction": "Somebody asked to reset the password of your administrator's account. Open this link to choose a new one:",
  "button": "Choose a new password",
  "expiry": "The link will expire in {{validity}}. Do not pass it on: whoever has it can set your password.",
  "unexpected": "If this was not you, you can ignore this mail: as long as the link is not used, nothing changes."
}

"""#),
    (path: "en-US/admin_tfa.json", text: #"""
{
  "subject": "Vetchium Administration: Verification Code",
  "introduction": "Your verification code is:",
  "expiry": "It will expire in {{validity}}.",
  "unexpected": "If you did not try to log in, ignore this mail, never pass the code on, and tell another administrator."
}

"""#),
    (path: "en-US/every_mail.json", text: #"""
{
  "_note": "Strings that every mail shares. Placeholders are written {{name}} and must stay as they are.",
  "portal_hub": "Vetchium Hub",
  "portal_admin": "Vetchium Administration",
  "automatic": "This is an automated message. Replies to it are not read."
}

"""#),
    (path: "en-US/hub_email_verification.json", text: #"""
{
  "subject": "Confirm your new e-mail address for Vetchium",
  "introduction": "You asked to log in with the address {{new_address}} from now on. Open this link to confirm it:",
  "button": "Confirm the address",
  "expiry": "The link will expire in {{validity}}.",
  "unexpected": "If you did not ask for this, you can ignore this mail: as long as the link is not used, nothing changes."
}

"""#),
    (path: "en-US/hub_password_reset.json", text: #"""
{
  "subject": "Reset Your Vetchium Password",
  "introduction": "Somebody asked to reset the password of your account. Open this link to choose a new one:",
  "button": "Choose a new password",
  "expiry": "The link will expire in {{validity}}. Do not pass it on: whoever has it can set your password.",
  "unexpected": "If this was not you, you can ignore this mail: as long as the link is not used, nothing changes."
}

"""#),
    (path: "en-US/hub_signup_verification.json", text: #"""
{
  "subject": "Confirm your e-mail address for Vetchium",
  "introduction": "Thank you for signing up. Open this link to confirm your e-mail address and to finish your registration:",
  "button": "Finish registration",
  "expiry": "The link will expire in {{validity}}.",
  "unexpected": "If you did not ask for this, you can ignore this mail: nothing happens without the link."
}

"""#),
    (path: "en-US/hub_tfa.json", text: #"""
{
  "subject": "Vetchium Verification Code",
  "introduction": "Your verification code is:",
  "expiry": "It will expire in {{validity}}.",
  "unexpected": "If you did not try to log in, ignore this mail and never pass the code on. If in doubt, change your password and contact support."
}

"""#),
    (path: "en-US/validity.json", text: #"""
{
  "_note": "How long a link or a code is valid; they end sentences such as 'will expire in …'. The code forms are for log-in codes.",
  "minutes_one": "{{count}} minute",
  "minutes_other": "{{count}} minutes",
  "hours_one": "{{count}} hour",
  "hours_other": "{{count}} hours",
  "days_one": "{{count}} day",
  "days_other": "{{count}} days",
  "code_minutes_other": "{{count}} minutes",
  "code_minutes_at_most_two": "at most 2 minutes"
}

"""#),
    (path: "ta-IN/admin_invitation.json", text: #"""
{
  "subject": "Vetchium-ஐ நிர்வகிக்க அழைப்பு",
  "introduction": "Vetchium-ஐ நிர்வகிக்க {{inviter}} உங்களை அழைக்கிறார். உங்கள் பெயரை உள்ளிடவும் கடவுச்சொல்லைத் தேர்ந்தெடுக்கவும் இந்த இணைப்பைத் திறக்கவும்:",
  "button": "கணக்கை அமைக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும். இதை யாருடனும் பகிர வேண்டாம்: இது உங்களுக்கு மட்டுமே.",
  "unexpected": "இதை நீங்கள் எதிர்பார்க்கவில்லை என்றால், {{inviter}} அவர்களிடம் கேளுங்கள் அல்லது இந்த மின்னஞ்சலைப் புறக்கணியுங்கள்: இணைப்பு இல்லாமல் எதுவும் நடக்காது."
}

"""#),
    (path: "ta-IN/admin_password_reset.json", text: #"""
{
  "subject": "Vetchium நிர்வாகக் கடவுச்சொல்லை மீட்டமைக்கவும்",
  "introduction": "உங்கள் நிர்வாகிக் கணக்கின் கடவுச்சொல்லை மீட்டமைக்க ஒரு கோரிக்கை வந்துள்ளது. புதியதைத் தேர்ந்தெடுக்க இந்த இணைப்பைத் திறக்கவும்:",
  "button": "புதிய கடவுச்சொல்லைத் தேர்ந்தெடுக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும். இதை யாருடனும் பகிர வேண்டாம்: இதை வைத்திருப்பவர் உங்கள் கடவுச்சொல்லை மாற்ற முடியும்.",
  "unexpected": "இதைக் கேட்டது நீங்கள் இல்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு பயன்படுத்தப்படாத வரை எதுவும் மாறாது."
}

"""#),
    (path: "ta-IN/admin_tfa.json", text: #"""
{
  "subject": "Vetchium நிர்வாகம்: சரிபார்ப்புக் குறியீடு",
  "introduction": "உங்கள் சரிபார்ப்புக் குறியீடு:",
  "expiry": "இது {{validity}} காலாவதியாகும்.",
  "unexpected": "நீங்கள் உள்நுழைய முயற்சிக்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணியுங்கள்; குறியீட்டை யாருடனும் பகிர வேண்டாம்; மற்றொரு நிர்வாகியிடம் தெரிவியுங்கள்."
}

"""#),
    (path: "ta-IN/every_mail.json", text: #"""
{
  "portal_hub": "Vetchium Hub",
  "portal_admin": "Vetchium நிர்வாகம்",
  "automatic": "இது ஒரு தானியங்கி செய்தி. இதற்கு அனுப்பும் பதில்களை யாரும் படிப்பதில்லை."
}

"""#),
    (path: "ta-IN/hub_email_verification.json", text: #"""
{
  "subject": "Vetchium-க்கான உங்கள் புதிய மின்னஞ்சல் முகவரியை உறுதிப்படுத்தவும்",
  "introduction": "இனிமேல் {{new_address}} முகவரியுடன் உள்நுழைய விரும்புகிறீர்கள். அதை உறுதிப்படுத்த இந்த இணைப்பைத் திறக்கவும்:",
  "button": "முகவரியை உறுதிப்படுத்தவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும்.",
  "unexpected": "இதை நீங்கள் கேட்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு பயன்படுத்தப்படாத வரை எதுவும் மாறாது."
}

"""#),
    (path: "ta-IN/hub_password_reset.json", text: #"""
{
  "subject": "Vetchium கடவுச்சொல்லை மீட்டமைக்கவும்",
  "introduction": "உங்கள் கணக்கின் கடவுச்சொல்லை மீட்டமைக்க ஒரு கோரிக்கை வந்துள்ளது. புதியதைத் தேர்ந்தெடுக்க இந்த இணைப்பைத் திறக்கவும்:",
  "button": "புதிய கடவுச்சொல்லைத் தேர்ந்தெடுக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும். இதை யாருடனும் பகிர வேண்டாம்: இதை வைத்திருப்பவர் உங்கள் கடவுச்சொல்லை மாற்ற முடியும்.",
  "unexpected": "இதைக் கேட்டது நீங்கள் இல்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு பயன்படுத்தப்படாத வரை எதுவும் மாறாது."
}

"""#),
    (path: "ta-IN/hub_signup_verification.json", text: #"""
{
  "subject": "Vetchium-க்கான உங்கள் மின்னஞ்சல் முகவரியை உறுதிப்படுத்தவும்",
  "introduction": "பதிவு செய்ததற்கு நன்றி. உங்கள் மின்னஞ்சல் முகவரியை உறுதிப்படுத்திப் பதிவை முடிக்க இந்த இணைப்பைத் திறக்கவும்:",
  "button": "பதிவை முடிக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும்.",
  "unexpected": "இதை நீங்கள் கேட்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு இல்லாமல் எதுவும் நடக்காது."
}

"""#),
    (path: "ta-IN/hub_tfa.json", text: #"""
{
  "subject": "Vetchium சரிபார்ப்புக் குறியீடு",
  "introduction": "உங்கள் சரிபார்ப்புக் குறியீடு:",
  "expiry": "இது {{validity}} காலாவதியாகும்.",
  "unexpected": "நீங்கள் உள்நுழைய முயற்சிக்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணியுங்கள்; குறியீட்டை யாருடனும் பகிர வேண்டாம். சந்தேகம் இருந்தால் கடவுச்சொல்லை மாற்றி, ஆதரவுக் குழுவைத் தொடர்பு கொள்ளுங்கள்."
}

"""#),
    (path: "ta-IN/validity.json", text: #"""
{
  "minutes_one": "{{count}} நிமிடத்தில்",
  "minutes_other": "{{count}} நிமிடங்களில்",
  "hours_one": "{{count}} மணி நேரத்தில்",
  "hours_other": "{{count}} மணி நேரங்களில்",
  "days_one": "{{count}} நாளில்",
  "days_other": "{{count}} நாட்களில்",
  "code_minutes_other": "{{count}} நிமிடங்களில்",
  "code_minutes_at_most_two": "அதிகபட்சம் 2 நிமிடங்களில்"
}

"""#),
    (path: "templates/code.html.mustache", text: #"""
{{<layout.html}}
{{$body}}
<p>{{introduction}}</p>
<p style="margin:24px 0;font-size:36px;font-weight:bold;letter-spacing:8px;font-family:monospace">{{code}}</p>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>
{{/body}}
{{/layout.html}}

"""#),
    (path: "templates/code.txt.mustache", text: #"""
{{<layout.txt}}
{{$body}}
{{introduction}}

{{code}}

{{expiry}}

{{unexpected}}
{{/body}}
{{/layout.txt}}

"""#),
    (path: "templates/layout.html.mustache", text: ##"""
<!DOCTYPE html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{subject}}</title>
</head>
<body style="margin:0;padding:24px;background:#f3f4f6;color:#1f2937;font-family:sans-serif;font-size:16px;line-height:1.5">
<div style="max-width:560px;margin:0 auto;padding:32px;background:#fff;border-radius:8px">
<h1 style="margin:0 0 24px;font-size:20px;color:#1d4ed8">{{portal}}</h1>
{{$body}}{{/body}}
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:13px;color:#6b7280">{{automatic}}</p>
</div>
</body>
</html>

"""##),
    (path: "templates/layout.txt.mustache", text: #"""
{{portal}}

{{$body}}{{/body}}
{{automatic}}

"""#),
    (path: "templates/link.html.mustache", text: ##"""
{{<layout.html}}
{{$body}}
<p>{{introduction}}</p>
<p style="margin:24px 0"><a href="{{link}}" style="display:inline-block;padding:12px 24px;background:#1d4ed8;color:#fff;border-radius:6px;text-decoration:none">{{button}}</a></p>
<p style="font-size:13px;word-break:break-all"><a href="{{link}}" style="color:#1d4ed8">{{link}}</a></p>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>
{{/body}}
{{/layout.html}}

"""##),
    (path: "templates/link.txt.mustache", text: #"""
{{<layout.txt}}
{{$body}}
{{introduction}}

{{link}}

{{expiry}}

{{unexpected}}
{{/body}}
{{/layout.txt}}

"""#),
  ]
}

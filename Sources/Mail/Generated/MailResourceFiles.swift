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
  "subject": "Vetchium-Verwaltung: Bestätigungscode",
  "introduction": "Ihr Bestätigungscode lautet:",
  "expiry": "Er läuft in {{validity}} ab.",
  "unexpected": "Falls Sie sich nicht anmelden wollten, beachten Sie diese Mail nicht, geben Sie den Code niemandem und sagen Sie einem anderen Administrator Bescheid."
}

"""#),
    (path: "de-DE/every_mail.json", text: #"""
{
  "portal_hub": "Vetchium Hub",
  "portal_org": "Vetchium für Arbeitgeber",
  "portal_agency": "Vetchium für Agenturen",
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
    (path: "de-DE/hub_signup_verification.json", text: #"""
{
  "subject": "Bestätigen Sie Ihre E-Mail-Adresse für Vetchium",
  "introduction": "Danke für Ihre Anmeldung. Öffnen Sie diesen Link, um Ihre E-Mail-Adresse zu bestätigen und die Registrierung abzuschließen:",
  "button": "Registrierung abschließen",
  "expiry": "Der Link läuft in {{validity}} ab.",
  "unexpected": "Falls Sie das nicht wollten, können Sie diese Mail ignorieren: Ohne den Link geschieht nichts."
}

"""#),
    (path: "de-DE/password_reset.json", text: #"""
{
  "subject": "Neues Passwort für Vetchium",
  "introduction": "Jemand möchte das Passwort Ihres Kontos zurücksetzen. Öffnen Sie diesen Link, um ein neues zu wählen:",
  "button": "Neues Passwort wählen",
  "expiry": "Der Link läuft in {{validity}} ab. Geben Sie ihn nicht weiter: Wer ihn hat, kann Ihr Passwort setzen.",
  "unexpected": "Falls Sie das nicht waren, können Sie diese Mail ignorieren: Solange niemand den Link benutzt, ändert sich nichts."
}

"""#),
    (path: "de-DE/tenant_domain_displaced.json", text: #"""
{
  "subject": "{{domain}} gehört nicht mehr zu Ihren Domains",
  "introduction": "Jemand anderes hat mit einem DNS-Eintrag gezeigt, dass {{domain}} ihm gehört. Sie hatten diese Domain beansprucht und nicht bestätigt.",
  "result": "Ihr Anspruch ist damit beendet. Sonst hat sich nichts geändert: Ihre Benutzer melden sich wie bisher mit Ihren anderen Domains an.",
  "advice": "Falls die Domain Ihnen gehört, fragen Sie diejenigen, die sich um ihr DNS kümmern, wer den Eintrag hinzugefügt hat, und beanspruchen Sie sie erneut."
}

"""#),
    (path: "de-DE/tenant_invitation.json", text: #"""
{
  "subject": "Einladung von {{tenant}} zu Vetchium",
  "introduction": "{{inviter}} lädt Sie ein, für {{tenant}} mit Vetchium zu arbeiten. Öffnen Sie diesen Link, um Ihren Namen einzutragen und ein Passwort zu wählen:",
  "button": "Konto einrichten",
  "expiry": "Der Link läuft in {{validity}} ab. Geben Sie ihn nicht weiter: Er ist nur für Sie bestimmt.",
  "unexpected": "Falls Sie das nicht erwartet haben, fragen Sie {{inviter}} oder ignorieren Sie diese Mail: Ohne den Link geschieht nichts."
}

"""#),
    (path: "de-DE/tenant_signup_token.json", text: #"""
{
  "subject": "Ihr privater Link zur Registrierung von {{domain}} bei Vetchium",
  "warning": "NICHT WEITERLEITEN: Wer den Link hat, kann die Registrierung an Ihrer Stelle abschließen.",
  "introduction": "Sie registrieren {{domain}}. Die Anleitung für das DNS kam in einer anderen Mail, die Sie weitergeben können. Sobald der Eintrag da ist, öffnen Sie diesen Link:",
  "button": "Registrierung abschließen",
  "manual": "Falls der Link nicht funktioniert, geben Sie dieses Token ein:",
  "expiry": "Link und Token laufen in {{validity}} ab.",
  "unexpected": "Falls Sie das nicht wollten, können Sie diese Mail ignorieren: Ohne den Link geschieht nichts."
}

"""#),
    (path: "de-DE/tenant_signup_verification.json", text: #"""
{
  "subject": "DNS-Eintrag für {{domain}}",
  "introduction": "Jemand registriert {{domain}} bei Vetchium. Um zu zeigen, dass die Domain Ihnen gehört, fügen Sie ihrem DNS einen Eintrag hinzu. Sie können diese Mail an diejenigen weiterleiten, die sich darum kümmern.",
  "step_zone": "Öffnen Sie die DNS-Einstellungen von {{domain}}.",
  "step_record": "Legen Sie einen Eintrag mit diesen Werten an:",
  "step_wait": "Warten Sie, bis der Eintrag sichtbar ist. Das dauert einige Minuten bis 48 Stunden.",
  "step_link": "Öffnen Sie dann den Link in der anderen Mail, die zur selben Zeit kam.",
  "label_type": "Typ",
  "label_host": "Host",
  "label_name": "Voller Name",
  "label_value": "Wert",
  "label_ttl": "TTL",
  "expiry": "Der Wert läuft in {{validity}} ab.",
  "unexpected": "Falls niemand bei {{domain}} das wollte, können Sie diese Mail ignorieren: Ohne den Eintrag geschieht nichts."
}

"""#),
    (path: "de-DE/tfa.json", text: #"""
{
  "subject": "Ihr Vetchium-Bestätigungscode",
  "introduction": "Ihr Bestätigungscode lautet:",
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
  "portal_org": "Vetchium for Employers",
  "portal_agency": "Vetchium for Agencies",
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
    (path: "en-US/hub_signup_verification.json", text: #"""
{
  "subject": "Confirm your e-mail address for Vetchium",
  "introduction": "Thank you for signing up. Open this link to confirm your e-mail address and to finish your registration:",
  "button": "Finish registration",
  "expiry": "The link will expire in {{validity}}.",
  "unexpected": "If you did not ask for this, you can ignore this mail: nothing happens without the link."
}

"""#),
    (path: "en-US/password_reset.json", text: #"""
{
  "subject": "Reset Your Vetchium Password",
  "introduction": "Somebody asked to reset the password of your account. Open this link to choose a new one:",
  "button": "Choose a new password",
  "expiry": "The link will expire in {{validity}}. Do not pass it on: whoever has it can set your password.",
  "unexpected": "If this was not you, you can ignore this mail: as long as the link is not used, nothing changes."
}

"""#),
    (path: "en-US/tenant_domain_displaced.json", text: #"""
{
  "subject": "{{domain}} Is No Longer Among Your Domains",
  "introduction": "Somebody else has proven with a DNS record that {{domain}} is theirs. You had claimed this domain and not verified it.",
  "result": "Your claim has ended. Nothing else has changed: your users sign in as before, with your other domains.",
  "advice": "If the domain is yours, ask whoever looks after its DNS who added the record, and claim it again."
}

"""#),
    (path: "en-US/tenant_invitation.json", text: #"""
{
  "_note": "The same for employers and agencies; 'tenant' is the employer's or agency's name.",
  "subject": "You Are Invited to Join {{tenant}} on Vetchium",
  "introduction": "{{inviter}} invites you to work with {{tenant}} on Vetchium. Open this link to enter your name and to choose a password:",
  "button": "Set up your account",
  "expiry": "The link will expire in {{validity}}. Do not pass it on: it is meant for you alone.",
  "unexpected": "If you did not expect this, ask {{inviter}} or ignore this mail: nothing happens without the link."
}

"""#),
    (path: "en-US/tenant_signup_token.json", text: #"""
{
  "subject": "Your Private Link to Sign Up {{domain}} with Vetchium",
  "warning": "DO NOT FORWARD this mail: whoever has the link can complete the signup in your place.",
  "introduction": "You are signing up {{domain}}. The instructions for its DNS came in another mail, which you may pass on. When the record is there, open this link:",
  "button": "Complete the signup",
  "manual": "If the link does not work, enter this token:",
  "expiry": "Link and token will expire in {{validity}}.",
  "unexpected": "If you did not ask for this, you can ignore this mail: nothing happens without the link."
}

"""#),
    (path: "en-US/tenant_signup_verification.json", text: #"""
{
  "_note": "May be forwarded. It must contain neither 'Private Link' nor 'DO NOT FORWARD' in English: tools tell the two signup mails apart by that.",
  "subject": "DNS Record to Add for {{domain}}",
  "introduction": "Somebody is signing up {{domain}} with Vetchium. To prove that the domain is yours, add one record to its DNS. You may forward this mail to whoever looks after it.",
  "step_zone": "Open the DNS settings of {{domain}}.",
  "step_record": "Add a record with these values:",
  "step_wait": "Wait until the record is visible. This takes from some minutes to 48 hours.",
  "step_link": "Then open the link in the other mail, which came at the same time.",
  "label_type": "Type",
  "label_host": "Host",
  "label_name": "Full name",
  "label_value": "Value",
  "label_ttl": "TTL",
  "expiry": "The value will expire in {{validity}}.",
  "unexpected": "If nobody at {{domain}} asked for this, you can ignore this mail: nothing happens without the record."
}

"""#),
    (path: "en-US/tfa.json", text: #"""
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
  "portal_org": "Vetchium – நிறுவனங்களுக்கு",
  "portal_agency": "Vetchium – முகமைகளுக்கு",
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
    (path: "ta-IN/hub_signup_verification.json", text: #"""
{
  "subject": "Vetchium-க்கான உங்கள் மின்னஞ்சல் முகவரியை உறுதிப்படுத்தவும்",
  "introduction": "பதிவு செய்ததற்கு நன்றி. உங்கள் மின்னஞ்சல் முகவரியை உறுதிப்படுத்திப் பதிவை முடிக்க இந்த இணைப்பைத் திறக்கவும்:",
  "button": "பதிவை முடிக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும்.",
  "unexpected": "இதை நீங்கள் கேட்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு இல்லாமல் எதுவும் நடக்காது."
}

"""#),
    (path: "ta-IN/password_reset.json", text: #"""
{
  "subject": "Vetchium கடவுச்சொல்லை மீட்டமைக்கவும்",
  "introduction": "உங்கள் கணக்கின் கடவுச்சொல்லை மீட்டமைக்க ஒரு கோரிக்கை வந்துள்ளது. புதியதைத் தேர்ந்தெடுக்க இந்த இணைப்பைத் திறக்கவும்:",
  "button": "புதிய கடவுச்சொல்லைத் தேர்ந்தெடுக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும். இதை யாருடனும் பகிர வேண்டாம்: இதை வைத்திருப்பவர் உங்கள் கடவுச்சொல்லை மாற்ற முடியும்.",
  "unexpected": "இதைக் கேட்டது நீங்கள் இல்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு பயன்படுத்தப்படாத வரை எதுவும் மாறாது."
}

"""#),
    (path: "ta-IN/tenant_domain_displaced.json", text: #"""
{
  "subject": "{{domain}} இனி உங்கள் டொமைன்களில் இல்லை",
  "introduction": "{{domain}} தங்களுடையது என்பதை வேறு ஒருவர் DNS ரெக்கார்டு மூலம் நிரூபித்துள்ளார். நீங்கள் இந்த டொமைனைக் கோரியிருந்தீர்கள், ஆனால் சரிபார்க்கவில்லை.",
  "result": "உங்கள் கோரிக்கை முடிவடைந்தது. வேறு எதுவும் மாறவில்லை: உங்கள் பயனர்கள் உங்கள் மற்ற டொமைன்களுடன் முன்போலவே உள்நுழையலாம்.",
  "advice": "டொமைன் உங்களுடையது என்றால், அதன் DNS-ஐ நிர்வகிப்பவரிடம் அந்த ரெக்கார்டைச் சேர்த்தது யார் என்று கேட்டு, அதை மீண்டும் கோரவும்."
}

"""#),
    (path: "ta-IN/tenant_invitation.json", text: #"""
{
  "subject": "Vetchium-இல் {{tenant}} உடன் இணைய அழைப்பு",
  "introduction": "Vetchium-இல் {{tenant}} உடன் பணிபுரிய {{inviter}} உங்களை அழைக்கிறார். உங்கள் பெயரை உள்ளிடவும் கடவுச்சொல்லைத் தேர்ந்தெடுக்கவும் இந்த இணைப்பைத் திறக்கவும்:",
  "button": "கணக்கை அமைக்கவும்",
  "expiry": "இந்த இணைப்பு {{validity}} காலாவதியாகும். இதை யாருடனும் பகிர வேண்டாம்: இது உங்களுக்கு மட்டுமே.",
  "unexpected": "இதை நீங்கள் எதிர்பார்க்கவில்லை என்றால், {{inviter}} அவர்களிடம் கேளுங்கள் அல்லது இந்த மின்னஞ்சலைப் புறக்கணியுங்கள்: இணைப்பு இல்லாமல் எதுவும் நடக்காது."
}

"""#),
    (path: "ta-IN/tenant_signup_token.json", text: #"""
{
  "subject": "Vetchium-இல் {{domain}} பதிவு செய்ய உங்கள் தனிப்பட்ட இணைப்பு",
  "warning": "இந்த மின்னஞ்சலைப் பகிர வேண்டாம்: இணைப்பை வைத்திருப்பவர் உங்களுக்குப் பதிலாகப் பதிவை முடிக்க முடியும்.",
  "introduction": "நீங்கள் {{domain}} டொமைனைப் பதிவு செய்கிறீர்கள். அதன் DNS-க்கான வழிமுறைகள் வேறொரு மின்னஞ்சலில் வந்துள்ளன; அதைப் பகிரலாம். DNS ரெக்கார்டு சேர்க்கப்பட்ட பிறகு இந்த இணைப்பைத் திறக்கவும்:",
  "button": "பதிவை முடிக்கவும்",
  "manual": "இணைப்பு வேலை செய்யவில்லை என்றால், இந்த டோக்கனை உள்ளிடவும்:",
  "expiry": "இணைப்பும் டோக்கனும் {{validity}} காலாவதியாகும்.",
  "unexpected": "இதை நீங்கள் கேட்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: இணைப்பு இல்லாமல் எதுவும் நடக்காது."
}

"""#),
    (path: "ta-IN/tenant_signup_verification.json", text: #"""
{
  "subject": "{{domain}} டொமைனுக்குச் சேர்க்க வேண்டிய DNS ரெக்கார்டு",
  "introduction": "Vetchium-இல் {{domain}} டொமைனை ஒருவர் பதிவு செய்கிறார். டொமைன் உங்களுடையது என்பதை நிரூபிக்க, அதன் DNS-இல் ஒரு ரெக்கார்டைச் சேர்க்கவும். DNS-ஐ நிர்வகிப்பவருக்கு இந்த மின்னஞ்சலைப் பகிரலாம்.",
  "step_zone": "{{domain}} டொமைனின் DNS அமைப்புகளைத் திறக்கவும்.",
  "step_record": "இந்த மதிப்புகளுடன் ஒரு ரெக்கார்டைச் சேர்க்கவும்:",
  "step_wait": "ரெக்கார்டு தெரியும் வரை காத்திருக்கவும். இதற்குச் சில நிமிடங்கள் முதல் 48 மணி நேரம் வரை ஆகலாம்.",
  "step_link": "பின்னர், அதே நேரத்தில் வந்த மற்றொரு மின்னஞ்சலில் உள்ள இணைப்பைத் திறக்கவும்.",
  "label_type": "வகை",
  "label_host": "ஹோஸ்ட்",
  "label_name": "முழுப் பெயர்",
  "label_value": "மதிப்பு",
  "label_ttl": "TTL",
  "expiry": "இந்த மதிப்பு {{validity}} காலாவதியாகும்.",
  "unexpected": "{{domain}} சார்பாக யாரும் இதைக் கேட்கவில்லை என்றால், இந்த மின்னஞ்சலைப் புறக்கணிக்கலாம்: ரெக்கார்டு இல்லாமல் எதுவும் நடக்காது."
}

"""#),
    (path: "ta-IN/tfa.json", text: #"""
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
    (path: "templates/code.html.mustache", text: ##"""
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
<p>{{introduction}}</p>
<p style="margin:24px 0;font-size:36px;font-weight:bold;letter-spacing:8px;font-family:monospace">{{code}}</p>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>

<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:13px;color:#6b7280">{{automatic}}</p>
</div>
</body>
</html>

"""##),
    (path: "templates/code.txt.mustache", text: #"""
{{portal}}

{{introduction}}

{{code}}

{{expiry}}

{{unexpected}}

{{automatic}}

"""#),
    (path: "templates/dns_record.html.mustache", text: ##"""
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
<p>{{introduction}}</p>
<ol style="padding-left:24px">
<li style="margin-bottom:12px">{{step_zone}}</li>
<li style="margin-bottom:12px">{{step_record}}
<table style="margin:12px 0;border-collapse:collapse">
<tr><th scope="row" style="padding:8px 16px 8px 0;text-align:left;vertical-align:top;font-weight:normal;color:#6b7280;white-space:nowrap">{{label_type}}</th><td style="padding:8px 0;font-family:monospace;font-size:14px;word-break:break-all">TXT</td></tr>
<tr><th scope="row" style="padding:8px 16px 8px 0;text-align:left;vertical-align:top;font-weight:normal;color:#6b7280;white-space:nowrap">{{label_host}}</th><td style="padding:8px 0;font-family:monospace;font-size:14px;word-break:break-all">{{host}}</td></tr>
<tr><th scope="row" style="padding:8px 16px 8px 0;text-align:left;vertical-align:top;font-weight:normal;color:#6b7280;white-space:nowrap">{{label_name}}</th><td style="padding:8px 0;font-family:monospace;font-size:14px;word-break:break-all">{{record_name}}</td></tr>
<tr><th scope="row" style="padding:8px 16px 8px 0;text-align:left;vertical-align:top;font-weight:normal;color:#6b7280;white-space:nowrap">{{label_value}}</th><td style="padding:8px 0;font-family:monospace;font-size:14px;word-break:break-all">{{record_value}}</td></tr>
<tr><th scope="row" style="padding:8px 16px 8px 0;text-align:left;vertical-align:top;font-weight:normal;color:#6b7280;white-space:nowrap">{{label_ttl}}</th><td style="padding:8px 0;font-family:monospace;font-size:14px;word-break:break-all">300</td></tr>
</table>
</li>
<li style="margin-bottom:12px">{{step_wait}}</li>
<li>{{step_link}}</li>
</ol>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>

<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:13px;color:#6b7280">{{automatic}}</p>
</div>
</body>
</html>

"""##),
    (path: "templates/dns_record.txt.mustache", text: #"""
{{portal}}

{{introduction}}

1. {{step_zone}}

2. {{step_record}}

   {{label_type}}: TXT
   {{label_host}}: {{host}}
   {{label_name}}: {{record_name}}
   {{label_value}}: {{record_value}}
   {{label_ttl}}: 300

3. {{step_wait}}

4. {{step_link}}

{{expiry}}

{{unexpected}}

{{automatic}}

"""#),
    (path: "templates/link.html.mustache", text: ##"""
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
<p>{{introduction}}</p>
<p style="margin:24px 0"><a href="{{link}}" style="display:inline-block;padding:12px 24px;background:#1d4ed8;color:#fff;border-radius:6px;text-decoration:none">{{button}}</a></p>
<p style="font-size:13px;word-break:break-all"><a href="{{link}}" style="color:#1d4ed8">{{link}}</a></p>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>

<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:13px;color:#6b7280">{{automatic}}</p>
</div>
</body>
</html>

"""##),
    (path: "templates/link.txt.mustache", text: #"""
{{portal}}

{{introduction}}

{{link}}

{{expiry}}

{{unexpected}}

{{automatic}}

"""#),
    (path: "templates/notice.html.mustache", text: ##"""
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
<p>{{introduction}}</p>
<p>{{result}}</p>
<p>{{advice}}</p>

<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:13px;color:#6b7280">{{automatic}}</p>
</div>
</body>
</html>

"""##),
    (path: "templates/notice.txt.mustache", text: #"""
{{portal}}

{{introduction}}

{{result}}

{{advice}}

{{automatic}}

"""#),
    (path: "templates/private_link.html.mustache", text: ##"""
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
<p style="padding:12px 16px;background:#fef2f2;border-left:4px solid #b91c1c;color:#7f1d1d;font-weight:bold">{{warning}}</p>
<p>{{introduction}}</p>
<p style="margin:24px 0"><a href="{{link}}" style="display:inline-block;padding:12px 24px;background:#1d4ed8;color:#fff;border-radius:6px;text-decoration:none">{{button}}</a></p>
<p style="font-size:13px;word-break:break-all"><a href="{{link}}" style="color:#1d4ed8">{{link}}</a></p>
<p>{{manual}}</p>
<p style="padding:12px 16px;background:#f3f4f6;border-radius:6px;font-family:monospace;font-size:14px;word-break:break-all">{{token}}</p>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>

<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #e5e7eb;font-size:13px;color:#6b7280">{{automatic}}</p>
</div>
</body>
</html>

"""##),
    (path: "templates/private_link.txt.mustache", text: #"""
{{portal}}

{{warning}}

{{introduction}}

{{link}}

{{manual}}

{{token}}

{{expiry}}

{{unexpected}}

{{automatic}}

"""#),
  ]
}

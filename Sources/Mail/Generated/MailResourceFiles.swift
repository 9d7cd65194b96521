// Generated from Sources/Mail/Resources by embed-files; `make generate` writes it again. Do not edit.
// swift-format-ignore-file

package enum MailResourceFiles {
  /// Paths below the folder, in ascending order, and the files' texts.
  package static let files: [(path: String, text: String)] = [
    (path: "en-US/every_mail.json", text: #"""
{
  "_note": "Strings that every mail shares. Placeholders are written {{name}} and must stay as they are.",
  "portal_hub": "Vetchium Hub",
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
    (path: "templates/hub_email_verification.html.mustache", text: ##"""
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
    (path: "templates/hub_email_verification.txt.mustache", text: #"""
{{<layout.txt}}
{{$body}}
{{introduction}}

{{link}}

{{expiry}}

{{unexpected}}
{{/body}}
{{/layout.txt}}

"""#),
    (path: "templates/hub_password_reset.html.mustache", text: ##"""
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
    (path: "templates/hub_password_reset.txt.mustache", text: #"""
{{<layout.txt}}
{{$body}}
{{introduction}}

{{link}}

{{expiry}}

{{unexpected}}
{{/body}}
{{/layout.txt}}

"""#),
    (path: "templates/hub_signup_verification.html.mustache", text: ##"""
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
    (path: "templates/hub_signup_verification.txt.mustache", text: #"""
{{<layout.txt}}
{{$body}}
{{introduction}}

{{link}}

{{expiry}}

{{unexpected}}
{{/body}}
{{/layout.txt}}

"""#),
    (path: "templates/hub_tfa.html.mustache", text: #"""
{{<layout.html}}
{{$body}}
<p>{{introduction}}</p>
<p style="margin:24px 0;font-size:36px;font-weight:bold;letter-spacing:8px;font-family:monospace">{{code}}</p>
<p>{{expiry}}</p>
<p>{{unexpected}}</p>
{{/body}}
{{/layout.html}}

"""#),
    (path: "templates/hub_tfa.txt.mustache", text: #"""
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
  ]
}

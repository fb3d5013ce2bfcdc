# The privacy notice. Each sentence must be true: what stands here, the service does; what does not, it does not.

controller-title = Who is responsible for your data
controller-scope = This notice applies when you use the online booking service of this municipality: { $provider }. In the text the online booking service is called “the service”, and the municipality “provider” or “we”.
controller-who = The controller under Art. 4(7) of the EU General Data Protection Regulation (GDPR) is:
controller-phone = Phone: { $phone }
controller-officer = You can ask our data protection officer (Art. 37(1)(a) GDPR) everything that concerns your data and your rights:
controller-officer-unnamed = We have a data protection officer (Art. 37(1)(a) GDPR). To reach them, write to the postal or e-mail address above and add the word “Datenschutz”.

purposes-title = What we process data for, and what allows us to
purposes-intro = We process personal data for three purposes:
purposes-use = so that you can use the service and book, move or cancel an appointment: { $basis };
purposes-analysis = to analyse how the service is used: { $basis };
purposes-improvement = to improve the functions of the service, which includes noticing faults and misuse: { $basis }.
basis-b = the legal basis is Art. 6(1), first sentence, point (b) GDPR (contract about the use of the service)
basis-e = the legal basis is Art. 6(1), first sentence, point (e) GDPR with { $law } (task in the public interest)
basis-f = the legal basis is Art. 6(1), first sentence, point (f) GDPR (legitimate interest)
purposes-interest = Our legitimate interest is a service that works reliably and is easy to use.
purposes-analysis-how = For the analysis we count how often which step of a booking is reached: by service, day and part of the day. These are numbers only, without a cookie, an IP address or an identifier. They say nothing about individual people: we show numbers below five to nobody. If you do not want to be counted, switch on “Global Privacy Control” in your browser. If you have already entered something, you can also object at the bottom of this page. No other company’s analysis programs are built in.
purposes-accountability = We must be able to show that we keep to these rules. For that there is a trail of what our staff do in the service: the legal basis is Art. 6(1), first sentence, point (c) GDPR with Art. 5(2) GDPR.
purposes-decisions = Nothing about you is decided automatically, and there is no profiling (Art. 22 GDPR).

recipients-title = Who receives data from us
recipients-contract = Some companies help us to run the service. Your data is stored on their systems and processed there. With each of these companies there is an agreement on data protection and data security as the law demands (Art. 28 GDPR).
recipients-operator = External operator of the service “Termin online buchen”
recipients-hosting = Hosting providers (the servers are there)
recipients-sms = SMS provider (sends text messages)
recipients-email = E-mail provider (relays e-mails)
recipients-other = Other service providers
recipients-sms-what = The SMS provider receives your mobile number and the text of the message about your appointment. We instruct it not to keep the text after sending.
recipients-sms-off = We do not send text messages at present. The SMS provider therefore receives no data.
recipients-nobody-else = Apart from that we do not pass your data on to third parties, unless this notice says so explicitly. These pages load nothing from other companies, for example no fonts, maps or tracking pixels.
recipients-abroad = We commission nobody to process your data in a country outside the European Union and the European Economic Area.

informational-use-title = When you only look around
informational-use-intro = You can look around here without signing in, registering or telling us anything. Then we collect no personal data, with one exception: with each request your browser transmits data so that it can show the page.
informational-use-log = Of these we store exactly ten items in an access log:
log-ip = IP address
log-requested-at = date and time of the request
log-utc-offset = difference of the time zone to Greenwich Mean Time (GMT)
log-path = content of the request, that is the page (without search words and other additions)
log-status = access status (HTTP status code)
log-bytes = amount of data transferred
log-referrer = website that the request comes from (its name only, not the page there)
log-browser = browser
log-system = operating system and its interface
log-language = language and version of the browser software
informational-use-log-period = { $days ->
    [one] The log serves to notice faults and misuse. Each entry is deleted after one day.
   *[other] The log serves to notice faults and misuse. Each entry is deleted after { $days } days.
}
informational-use-limits = So that nobody can overload the service, we also count how many requests come from one connection in a minute. After two minutes at the latest the number is deleted. For this we turn the IP address into a check value with a secret key; the IP address itself is not stored for it.
cookies-heading = Cookies
cookies-what = When you begin a booking, open a booked appointment, change the language or sign in, the service also stores a cookie on your device. As long as you only read, there is no cookie. Cookies are small text files. Your browser keeps them on the hard disk and assigns them to itself. Whoever sets a cookie (here: we) receives certain information through it.
cookies-harmless = Cookies cannot run programs and cannot bring viruses to your computer. They help to make an internet service more user-friendly and more effective for everybody.
cookies-only = The service uses no other cookies, and stores nothing else in your browser. The cookie is strictly necessary for the service, so no consent is needed (§ 25(2) no. 2 TDDDG).
cookies-table = Cookies that the service uses
cookies-head-kind = Kind
cookies-head-source = Source
cookies-head-purpose = Purpose
cookies-head-expiry = Expiry
cookies-head-refusal = Refusal
cookie-name = { $kind } (“{ $name }”, without HTTPS “{ $plain }”)
cookie-source = the service's own cookie
cookie-session-end = at the end of the session
cookie-own-date = on the date that the browser shows
cookie-refusal = In the settings of your browser you can accept or refuse cookies. How this works differs between browsers; you find more in your browser's help menu.
cookie-session-id-kind = Session ID
cookie-session-id-purpose = The cookie contains a unique access ID. With it the service can match what you enter and set, which is transmitted to the server and stored there for a short time, to you in the further course of the session.
cookies-server = What belongs to this ID is kept encrypted on the server. It is deleted when you do nothing for { $idle } minutes, and after { $absolute } hours at the latest.
cookies-refused = Without the cookie you can read all pages. For an appointment please call us: { $phone }.

service-use-title = When you book an appointment
service-use-fields-heading = What we need from you
service-use-fields = To book an appointment we need your “registration data”. These entries are required:
service-use-optional = These entries are voluntary. We receive them only if you give them to us:
service-use-optional-none = We ask for nothing else.
service-use-mandatory = No law obliges you to give us this data. Without the required entries you cannot book online, however. You can call us instead: { $phone }. Leaving out voluntary entries has no disadvantage.
service-use-only-for = We use the registration data only as far as it is needed for booking an appointment with us, or for the contract about the use of the service (the “user contract”): to conclude it, to define its content or to change it. For anything else we need your agreement.
field-first-name = first name
field-last-name = last name
field-email = e-mail address
field-phone = mobile phone number
field-address = address (street, postcode, town)
field-birth-date = date of birth
service-use-booking-heading = How a booking works
service-use-booking = The service shows you our free appointments. You can reserve one of them for yourself: it stays free for you for { $minutes } minutes, and you can extend this time once. When you complete the booking, your data is transmitted to us.
service-use-stored = What is transmitted is what you entered. We also store time, place and services of the appointment, a reference number, your language and the version of this notice. Your entries are kept in our customer database. Each municipality has its own separate area there.
service-use-repeat = So that a double click does not book a second appointment, the service remembers a check value of your request for { $hours } hours.
service-use-messages-heading = Messages
service-use-messages-mail = You get an e-mail to the address given when an appointment is booked, moved or cancelled.
service-use-messages-sms = You get a text message when an appointment is booked, moved or cancelled and you have given a mobile number.
service-use-messages-off = The service sends no e-mails at present, not to us either.
service-use-office = With each online booking we get an automatic e-mail too. It contains the data that you entered: your full name, your contact details and the services booked. If you move or cancel the appointment, we get an e-mail about that as well. This helps us to clear up or prevent technical faults or misuse of the service.
service-use-office-honest = This e-mail then lies in the mailbox of the location. The service cannot delete it there. We delete it ourselves as soon as we no longer need it.
service-use-account-heading = User account
service-use-account = You can book here without a user account. An account is needed only if you want to use the service permanently. To create it we need the same registration data as for booking an appointment: first name, last name, e-mail address and, if we ask for it, your mobile number. The account begins only when you enter the code that we send you by e-mail. Without the code we delete the data after two days at the latest. You also get an e-mail when something important about your account changes.
service-use-account-logins = With each login we store and process the registration data and the time of the login. We also store your IP address with each login. The IP address then serves only to clear up or prevent technical faults and misuse of the service. We delete the logins after { $logins } days, and the IP addresses as soon as the access log. You can see both in your account.
service-use-account-end = You can delete your account yourself at any time. If you do not use it for { $months } months, we delete it. We write to you 30 days before.
service-use-account-none = You book here without a user account. We do not offer user accounts at present.

retention-title = How long we keep data
retention-principle = We keep usage data and other personal data only as long as it is necessary and appropriate for its purpose or by law. As soon as we no longer need it, it is deleted, at the latest when the statutory maximum period ends. These periods apply:
retention-table = Periods
retention-head-what = Data
retention-head-period = Period
retention-log = Access log (the ten items of section 4)
retention-log-period = { $days ->
    [one] 1 day after the request
   *[other] { $days } days after the request
}
retention-session = Session: entries and settings
retention-session-period = { $idle } minutes after the last request, { $absolute } hours at most
retention-hold = Reservation that is not booked
retention-hold-period = holds for { $minutes } minutes, { $double } minutes when extended once; it is deleted one day later
retention-appointment = Appointment and personal details
retention-appointment-period = { $days ->
    [one] 1 day after the agreed time of the appointment
   *[other] { $days } days after the agreed time of the appointment
}
retention-cancelled = Cancelled appointment and personal details
retention-cancelled-period = { $days ->
    [one] 1 day after the cancellation
   *[other] { $days } days after the cancellation
}
retention-voluntary = Address and date of birth, where they are voluntary
retention-voluntary-period = { $days ->
    [one] 1 day after the agreed time of the appointment or after the cancellation
   *[other] { $days } days after the agreed time of the appointment or after the cancellation
}
retention-message = Record of when which message was sent (without address and text)
retention-message-period = { $days ->
    [one] at most 1 day after sending
   *[other] at most { $days } days after sending
}
retention-repeat = Check value against double bookings
retention-repeat-period = { $hours } hours
retention-how = The service deletes by itself after these periods. A receipt then says how much was deleted, and nothing of what was deleted.

rights-title = Your rights, including access and withdrawal
rights-intro = You have these rights towards us when it comes to your personal data:
rights-access = right of access (Art. 15 GDPR),
rights-rectification = right to rectification (Art. 16 GDPR),
rights-erasure = right to erasure (Art. 17 GDPR),
rights-restriction = right to restriction of processing (Art. 18 GDPR),
rights-portability = right to data portability (Art. 20 GDPR),
rights-objection = right to object to processing (Art. 21 GDPR).
rights-objection-when = You can object where we process data under Art. 6(1), first sentence, point (e) or point (f) GDPR (see section 2), on grounds relating to your particular situation. We then stop, unless there are compelling grounds against it, which we tell you.
rights-objection-anyway = The law gives a right to object only under Art. 6(1), first sentence, points (e) and (f) GDPR. We rely on neither. We look at your objection all the same.
rights-portability-anyway = The law gives a right to data portability only with a contract or consent (Art. 20(1) GDPR). We rely on neither. You get your data from us to take along all the same.
rights-withdrawal = If you have given us a consent, you can withdraw it at any time (Art. 7(3) GDPR). What happened before remains lawful.
rights-how = Write to { $email } or to the postal address in section 1. It costs nothing. We answer within one month. With the code from the confirmation you can move or cancel an appointment yourself.
rights-complaint = You can also complain to a data protection supervisory authority about how we process your personal data (Art. 77 GDPR). Competent for us is:

security-title = How we protect data
security-intro = We protect your personal data with current technical measures: against dangers during transmission, and against third parties learning of it. We keep adapting these measures to the state of the art.
security-transport = For operation on the internet an encrypted connection (HTTPS) is provided for.
security-sealed = Your personal details are encrypted in the database, with a separate key for each person.
security-separate = The database keeps the municipalities apart. None sees the data of another.
security-code = Over the internet, a booked appointment can be opened only by whoever has the code from the confirmation.
security-no-names = Technical logs contain no names and no contact details.

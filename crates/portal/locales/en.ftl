# What the pages say. Plain English.
service-name = Book appointments online
title-error = Error:
skip = Skip to content
language = Language
footer = Legal information
footer-manage = Change or cancel an appointment
footer-imprint = Legal notice
footer-privacy = Privacy notice
footer-accessibility = Accessibility
new-tab = (opens a new tab)
phone-help = Would you rather talk to us? Call us:

step = Step { $step } of 4
step-1 = Choose services
step-2 = Choose a time
step-3 = Your details
step-4 = Check and book

# Step 1
start-title = What would you like to do?
start-lead = Choose one or more services. Then we show you the free times.
start-error-help = Go to the services
start-next = Continue to free times
search-label = Search for a service
search-hint = Write what it is about, for example “lost ID card” or “moving”.
search = Search
search-found = { $number ->
    [one] One service found
   *[other] { $number } services found
}
search-all = Show all services
search-nothing-title = We found nothing for “{ $words }”
search-nothing = Try another word.
services-title = Our services
bring-title = What to bring
bring-nothing = You do not need to bring anything.
fee = Fee
fee-none = none
minutes = about { $minutes } minutes
notice-hours = { $number ->
    [one] Please book at least one hour ahead
   *[other] Please book at least { $number } hours ahead
}
notice-days = { $number ->
    [one] Please book at least one day ahead
   *[other] Please book at least { $number } days ahead
}
persons-label = For how many people?
persons = { $number ->
    [one] 1 person
   *[other] { $number } people
}
for-persons = { $number ->
    [one] for 1 person
   *[other] for { $number } people
}

# Step 2
times-title = When and where?
times-back = Change services
times-tap = Choose a time. We hold it for you while you enter your details.
times-morning = Morning
times-afternoon = Afternoon
times-free = { $number ->
    [one] one free time
   *[other] { $number } free times
}
time-at-place = { $clock }, { $place }
next-title = Next free appointment
next-take = Take this appointment
next-move = Move to this appointment
places-title = Location
place-all = All locations
place-next = Next free appointment: { $when }
place-none = No free appointment at present
day-title = Times on { $date }
day-empty-title = No free time on { $date }
day-free = free
day-full = fully booked
day-closed = closed
day-not-released = not released yet
day-too-short = gaps too short for your visit
day-past = over
day-too-soon = too late to book online
day-closure = closed: { $reason }
day-holiday = public holiday: { $name }
day-other-channels = no appointments over the internet
day-released-at = will be released on { $when }
day-contingent = fully booked online
day-full-long = All times on this day are taken. Sometimes people cancel: then you will see the time here again.
day-closed-long = We are closed for your service on this { $weekday }.
day-too-short-long = There are only short gaps left on this day, at most { $longest } minutes. Your visit takes about { $minutes } minutes.
day-past-long = You can no longer book an appointment online for this day.
day-not-released-long = This day has not been released yet. We release it on { $date }{ $in }.
day-too-soon-long = This day could be booked online until { $until }. If it is urgent, please call us.
day-remainder-long = What is still free today will be released at { $time }{ $in }.
day-closure-long = We are closed on this day. The reason: { $reason }
day-holiday-long = { $name }: we are closed on this day.
day-other-channels-long = There are no appointments over the internet for this day.
day-contingent-long = All times that can be booked online now are taken. We release more on { $when }{ $in }.
day-contingent-only = All times that can be booked online are taken. Please call us.
month-empty-title = No free appointments in { $month }
month-empty = Everything in { $month } is taken or closed. There are free appointments later:
all-empty = At present all released appointments are taken. A new day is added every day, and cancelled appointments become free at once. Please come back soon.
all-empty-plan = At present all released appointments are taken. Cancelled appointments become free again. Please come back soon.
other-later = Next free appointment: { $when }, { $place }
other-elsewhere = At another location: { $when }, { $place }
other-release = New appointments from { $when }{ $in }
other-phone = Call us: { $number }
other-phone-times = On the phone there are still appointments for this day: { $number }
other-walk-in = Without an appointment: { $from } to { $to }, { $place }
other-places = Search at all locations
days-from-to = { $from } to { $to }
calendar-caption = Free days in { $month }
calendar-legend = Shaded and underlined: days with free times
calendar-until = You can book appointments until { $date }. A new day is added every day.
calendar-until-plan = You can book appointments until { $date }.
calendar-why = Why do some days have no free times?
release-title = New appointments
release-next = On { $when } we release appointments for these days: { $days }.
release-today-title = Appointments for today
release-today = What is still free on the day itself is released every day at { $time }.
count-day-one = 1 day
count-day-many = % days
count-hour-one = 1 hour
count-hour-many = % hours
count-minute-one = 1 minute
count-minute-many = % minutes
count-and = and
count-in = in %
count-now = now
taken-title = Please choose another time
taken-neighbours = These times nearby are still free:

# Step 3
details-title = Your details
details-for = Your appointment:
details-some-voluntary = We need these details for your appointment. What is voluntary is marked.
details-all-required = We need all these details for your appointment.
details-person = Who is coming?
details-address = Address
details-privacy = What we do with your details is explained in the
details-next = Continue and check
voluntary = voluntary
other-time = Choose another time
errors-title = Please check your entries
field-first-name = First name
field-last-name = Last name
field-email = E-mail address
field-email-hint = We send the confirmation there.
field-phone = Mobile number
field-phone-hint = For example 0151 23456789. We only call if something changes.
field-street = Street and house number
field-postal-code = Postcode
field-city = Town
field-birth-date = Date of birth
field-birth-date-hint = For example 31 12 1970
field-birth-day = Day
field-birth-month = Month
field-birth-year = Year
hold-until = We hold this appointment for you until { $time }.
hold-one = % minute left.
hold-many = % minutes left.
hold-extend = Extend by { $minutes } minutes
hold-over-title = The time is no longer reserved for you
hold-over = Your details are still here. Choose the time again if it is still free, or choose another one.

# Step 4
review-title = Check and book
review-lead = Is everything right? Then book your appointment.
review-appointment = Your appointment
review-name = Name
review-address = Address
review-no-sms = We do not send text messages to this number.
review-not-given = not given
review-error-title = The appointment is not booked yet
review-privacy = We use your details for your appointment only. Read more:
change-time = Change time
change-services = Change services
change-details = Change details
same-time = Reserve the same time again
book = Book this appointment
fact-when = When
fact-where = Where
fact-what = Service
fact-reference = Appointment number

# Confirmation
confirmation-title = Your appointment is booked
confirmation-mail = We have sent the confirmation to { $email }. This can take a few minutes.
confirmation-no-mail = Please write the appointment down or print this page.
calendar-file = Add to calendar
print = Print page
change-title = Has something come up?
change-lead = Move the appointment or cancel it. Then somebody else can come.
change-open = Change or cancel the appointment
change-code = You can also do this later with this code at { $address }:
book-another = Book another appointment

# Managing an appointment
code-title = Change or cancel an appointment
code-lead = Enter the code that you received with the confirmation.
code-label = Your code
code-hint = 32 letters and digits. Upper or lower case, with or without spaces: both work.
code-open = Show the appointment
code-missing = Enter your code.
code-unknown = We found no appointment for this code. Please compare it with your confirmation.
code-again = Please enter your code again
code-cookie = Your browser does not accept cookies. To show your appointment we need a single cookie that ends when you close the browser. Please allow it and enter your code again, or call us.
manage-title = Your appointment
move = Move the appointment
move-title = When would you like to come instead?
move-back = Back to your appointment
move-lead = Your appointment is now on { $when }. It stays yours until you have chosen a new time.
move-tap = Choose the new time. Then your appointment is moved.
move-later = Moving is not possible right now. Try again in a few minutes, or call us.
moved-title = Your appointment has been moved
moved = Your new appointment: { $when }
cancel = Cancel the appointment
cancel-title = Would you like to cancel this appointment?
cancel-lead = The time becomes free for others at once.
cancel-yes = Yes, cancel the appointment
cancel-no = No, keep the appointment
cancelled-title = Your appointment is cancelled
cancelled = Thank you for letting us know. There is nothing else you need to do.
over-title = This appointment is over
book-again = Book a new appointment

# When something is missing
lost-title = Your booking is no longer here
lost-lead = There are two possible reasons:
lost-time = You have not entered anything for more than 30 minutes. For your safety we then delete what you entered.
lost-cookie = Your browser does not accept cookies. For booking we need a single cookie, which ends when you close the browser. Please allow it, or call us.
lost-booked = If you already have a confirmation, your appointment is booked.
begin-again = Start again
error-title = Sorry, this was not possible
error-not-found-title = There is no such page here
error-later-title = Please try again in a moment
error-internal-title = Sorry, that did not work
error-unknown-host = There is no appointment service at this address. Please check the address.
error-id = Number of this request:
error-id-ours = If you call us about this, please mention this number:
try-again = Try again
to-start = Go to the start page

# Legal
notice-back = Back to your booking
notice-version = Version { $version },
notice-since = in force since { $date }
notice-announced = Announced change
notice-announced-add = From { $day } on this recipient gets data, too: { $who }. What for: { $purpose }. Place of processing: { $place }.
notice-announced-remove = From { $day } on this recipient gets no data any more: { $who }.
notice-old = This is an earlier version.
notice-current = Go to the current version
imprint-provider = Provider
imprint-phone = Phone
imprint-email = E-mail
imprint-website = Website
imprint-represented = You can find the legal representative and the supervisory body in the legal notice of the website.
imprint-operator = Technical operation
imprint-licences = Works used
imprint-licences-text = Design: KERN design system (EUPL-1.2). Typeface: Fira Sans (SIL Open Font License 1.1). Program: Stadttermin (EUPL-1.2).
a11y-title = Accessibility statement
a11y-lead = { $name } wants everybody to be able to use this appointment service. This statement applies to the pages of this appointment service.
a11y-law-nrw = It is based on the Act on Equal Opportunities for Persons with Disabilities of North Rhine-Westphalia (BGG NRW) and the ordinance on accessible information technology of North Rhine-Westphalia (BITVNRW).
a11y-law = It is based on the laws of the Land on equality for persons with disabilities and on Directive (EU) 2016/2102.
a11y-state-title = State of accessibility
a11y-state = The pages are built to EN 301 549 and the Web Content Accessibility Guidelines (WCAG) 2.2, level AA. They can be used without a mouse, without JavaScript, with screen readers, with large text and with high contrast. They comply partially: the exceptions are named below.
a11y-gaps-title = What is still missing
a11y-gap-language = Explanations in easy language (Leichte Sprache) and in German Sign Language are not available on these pages yet.
a11y-gap-texts = Names and descriptions of services are partly written in the language of the law.
a11y-made-title = How this statement was made
a11y-made = It is based on a self-assessment with automatic and manual checks. It was prepared on 23 November 2026.
a11y-feedback-title = Tell us what does not work
a11y-feedback = Have you found a barrier, or do you need information in another form? Write to us or call us. We will answer you.
a11y-enforcement-title = If we could not help you
a11y-enforcement-nrw = If you do not get a satisfactory answer, you can turn to the ombuds office free of charge. It mediates, and you do not need a lawyer.
a11y-enforcement = If you do not get a satisfactory answer, you can turn to the enforcement or arbitration body of your Land free of charge. We will gladly tell you which one it is.
a11y-ombuds-name = Ombudsstelle für barrierefreie Informationstechnik des Landes Nordrhein-Westfalen
a11y-ombuds-address = Fürstenwall 25, 40219 Düsseldorf

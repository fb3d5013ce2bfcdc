# What people read when something does not work. Says what to do, not what broke.
bad-input = Please check your entries.
not-found = We could not find that here.
unauthenticated = Please sign in again.
forbidden = This is not allowed here. Please open the page again and retry.
slot-taken = Someone else has just booked this time. Please choose another time.
reservation-expired = Your reservation has run out. Please choose a time again.
limit-reached = The highest number allowed here is reached.
rate-limited = Very many requests came from your connection. Please wait { $seconds } seconds and try again.
conflict = This does not match the current state. Please reload the page.
busy = Very many people want an appointment right now. Please try again in a moment.
unavailable = The service cannot be reached for a short time. Please try again in a few minutes.
internal = Sorry, that did not work. The fault is ours. Please try again later.

extended-already = You have already extended this reservation once. Please book now, or choose the time again afterwards.
holds-many = You are holding three times already. Please book one of them first, or wait until a reservation ends.
too-many-appointments = You already have { $limit } appointments. Please cancel one of them first.
key-reused = This key was used for a different request before. Please use a new one for every request.
already-cancelled = This appointment is already cancelled.
already-over = This appointment is already over.
already-booked = This reservation was already booked with other details.

items-empty = Please choose at least one service.
items-many = Please choose at most { $limit } services at a time.
quantity-range = Please choose a number between 1 and { $limit }.
item-twice = Each service may be listed only once. Choose the number of persons instead.
services-not-together = No counter can handle these services together. Please book them one by one.
service-not-here = This service is not offered at this location.
range-order = The period ends before it begins.
range-long = Please ask for at most { $limit } days at a time.
start-past = This time has passed or is too soon to book online. Please choose a later one.
start-far = This time has not been released yet. Please choose an earlier one.
start-raster = No appointment starts at this time. Please choose one of the times offered.
key-length = The key must have 1 to { $limit } characters.
search-empty = Enter what you are looking for.
search-length = Please enter at most { $limit } characters.

first-name-missing = Enter your first name.
last-name-missing = Enter your last name.
email-missing = Enter your e-mail address.
email-wrong = Enter a complete e-mail address, for example name@example.com.
phone-missing = Enter your mobile number.
phone-wrong = Enter a complete phone number, for example 0151 23456789.
street-missing = Enter your street and house number.
postal-code-missing = Enter your postcode.
postal-code-wrong = Enter a postcode with 5 digits, for example 45721.
city-missing = Enter your town.
birth-date-missing = Enter your date of birth.
birth-date-wrong = Enter a date of birth in the past, for example 31 12 1970.
text-long = Shorten this entry to at most { $limit } characters.
text-signs = This entry contains characters that we cannot process. Please use letters, digits and common punctuation.

import-no-file = Choose a file.
import-broken = The file did not arrive as a whole. Please choose it again.
import-base64 = The file must be sent in Base64.
import-large = The file is too large. It may have { $limit } kilobytes. Please split it.
import-many = The file has too many entries. It may have { $limit }. Please split it.
import-empty = The file is empty.
import-no-text = This is not a text file. Save a table as CSV, a calendar as .ics.
import-table = The table cannot be read. Save it as CSV again.
import-columns = Names of columns are missing in the first line. There must be “Datum” or “Beginn” at least.
import-column-twice = Two columns mean the same. Rename one of them.
import-calendar = The calendar cannot be read. Save it as .ics again.
import-date = The date is missing or cannot be read. Write it like this: 08.12.2026.
import-time = The time is missing or cannot be read. Write it like this: 09:15.
import-order = The end is before the beginning.
import-minutes = The duration must be a number from 1 to 1440 minutes.
import-no-end = The end is missing.
import-persons = The number of people is not a number.
import-birth-date = The date of birth cannot be read. Write it like this: 31.12.1970.
import-zone = We do not know this time zone.
import-series = We cannot read this repetition. Enter the days one by one.
import-series-range = This change holds for all later days of a series. Enter the days one by one.
import-series-many = The file has too many series. It may have { $limit }.
import-twice = This entry is in the file twice.
import-whole-day = An appointment needs a time.
import-service = There is no such service here. Take name or key from the list of services.
import-location = There is no such location here, or you may not enter anything there.
import-counter = There is no such counter at this location, or it does not do this service.
import-language = This language is not offered.
import-past = This entry is over.
import-far = This day lies farther ahead than the calendar reaches.
import-grid = Appointments begin every five minutes and lie within one day.
import-closed = It is not open here at this time.
import-taken = No fitting counter is free at this time any more.
import-is-draft = This import is a draft in the calendar. Take it back there.
import-undone = This import was taken back already.

body-large = The request is too large. Up to { $limit } kilobytes are allowed.
json-wrong = The request is not complete JSON.
media-type = Please send the request as application/json.
query-wrong = This request does not match the schema.
query-large = This request is too extensive. Please split it.
method-wrong = This address takes POST requests only.

key-name-missing = Give the access key a name, for example “Calendar”.
key-scopes-missing = Choose at least one right for the access key.
key-days-range = An access key is valid for 1 to { $limit } days.

calendar-changed = The calendar was changed in the meantime. Please look at your draft on its new state.
calendar-changed-since = The same times were changed again afterwards. Please undo the later change first.
change-not-draft = This change is already published.
change-not-published = This change is not published, or it is already undone.
change-empty = This draft changes nothing. Please enter at least one change.
change-large = A draft has at most { $limit } changes.
change-title = Give the change a name of 1 to { $limit } characters.
decisions-missing = { $count ->
    [one] It is not decided yet what happens to { $count } appointment. Please look at the list.
   *[other] It is not decided yet what happens to { $count } appointments. Please look at the list.
}
no-suggestion = { $count ->
    [one] There is no free time for { $count } appointment within the next 14 days. Please decide differently here.
   *[other] There is no free time for { $count } appointments within the next 14 days. Please decide differently here.
}
decision-place = A new time needs a place and a start.
too-many-hit = That would affect more than { $limit } appointments at once. Please split the change.
note-long = Shorten the message to at most { $limit } characters.
note-signs = The message contains characters that we cannot send.
hours-grid = Enter times in steps of 5 minutes, for example 08:15.
hours-order = Hours end after they begin.
hours-breaks = Breaks lie within their hours.
hours-channels = Choose at least one way: online, phone or walk-in.
hours-weekday = Choose a day of the week.
rhythm-weeks = The distance is 1 to 52 weeks.
rhythm-anchor = Enter a day of a week in which the hours hold, to count from (anchor).
rhythm-month = Choose the first to fifth week of the month (1 to 5), or the last (-1).
validity-order = The validity does not end before it begins.
closure-order = The last day does not lie before the first.
closure-reason = Give the reason in German, with at most { $limit } characters.
note-german = Please write the message in German, too.
first-range = Please ask for 1 to { $limit } entries at once.
closure-days = Enter the first day, and the last one if there are several.

# Accounts and signing in
sign-in-wrong = Email address and password do not match. Check both, or have a code sent to you by email.
sign-in-down = Signing in is not possible at the moment. Please try again in a few minutes. You can still book an appointment.
account-code-unknown = This code is not valid. It may have been used already, or it has expired. You can have a new one sent.
account-taken = There is an account for this email address already.
password-short = The password needs at least { $limit } characters. Several words in a row are good.
password-long = The password has at most { $limit } characters.
password-guessed = This password is too easy to guess. Take four words that have nothing to do with each other, for example.
sign-in-again = You can change this only shortly after signing in. Enter your password, or sign in again.
email-same = This is the address of your account already.
password-wrong = The password is not right.
already-claimed = This appointment belongs to another account already.
accounts-need-mail = There are no accounts here at present, because no e-mails are sent. You can book an appointment all the same.
address-reason-missing = Say why you need to see the IP address. The reason is noted.
passkey-unknown = This passkey does not fit. Try another one, or sign in another way.
passkey-late = That took too long. Please start again.
passkey-not-made = This passkey cannot be used here. Try another device or another browser.
passkey-known = This passkey is here already.
passkey-many = You have as many passkeys as are possible. Delete one that you no longer need.
passkey-last = Without this passkey you could not sign in any more. Set up another passkey first, or a password with an authenticator app.
passkey-not-here = The office’s people sign in with the municipality’s own sign-in here. You need no passkey for that.
passkey-name-missing = Give the passkey a name, for example that of the device.
sign-in-old = You signed in some time ago. To be safe, please sign in again.

# People of the office
roles-missing = Choose at least one role.
role-everywhere = This role always holds for the whole municipality. Only clerks and office managers can have single locations.
role-place-unknown = There is no such location.
last-administrator = Somebody must be able to administer the service. Give this role to somebody else first, and wait until they have signed in.
person-not-waiting = This person has set up their access already. If they cannot get in any more, reset it.
person-by-provider = People of the office sign in with the municipality’s own sign-in here. That is where they get their access, and help when they cannot get in any more.
person-locked = This account is locked. Please unlock it first.
totp-wrong = This code does not match. Use the one that the app shows now, and check whether the clock of your phone is right.
role-realm = This role does not exist here.

request-appointment-unknown = There is no appointment with this reference. Check it, or leave the field empty.
request-received = Give the day on which the request came in: today or earlier, at most a year ago.
request-reason = Give a reason of 10 to { $limit } characters.
request-too-late = A request can be extended once, within the first month after it came in.
request-answered = This request is answered already.
# Data protection: the operator’s access, incidents
recipients-draft = The municipality is not served yet: its recipients stand in its file.
recipients-text = Fill in this field, without line breaks and not too long.
recipients-too-soon = The day is too early. The agreed period must lie between the announcement and the day.
recipients-contract = The contract must be in force on that day.
recipients-in-force = This recipient gets data already.
recipients-unknown = There is no such recipient.
recipients-needed = This recipient is needed. Switch off the channel that it serves first, or announce another one before.
recipients-announced = A change of this recipient is announced already.
recipients-reason = Give the reason in 5 to 500 characters.
recipients-too-late = This change is in force already, or was taken back.
support-hours = Enter 1 to 72 hours.
support-reason = Give the reason in 5 to 200 characters. It is noted.
incident-title = Enter a short name of at least 3 characters.
incident-long = Please shorten this text.
incident-future = This moment is in the future. Enter when the incident was noticed.
incident-order = This moment cannot be right. It lies between noticing the incident and now.
incident-time = Enter date and time, for example 8 December 2026, 9:15.
incident-people = Enter the number of people, or leave the field empty.

# Running the platform
tenant-suspended = This appointment service is closed at present. Appointments that you have booked remain valid. Please call if you have questions.
tenant-suspend-reason = Give the reason in 5 to 200 characters. It is kept in the audit trail.
tenant-not-active = Only a municipality that is served can be suspended.
tenant-not-suspended = This municipality is not suspended.
tenant-incomplete = This municipality is not completely set up. Apply its file first.
tenant-slug = Use lower case letters, digits and dashes for the short name, for example haltern.
tenant-slug-taken = Another municipality has this short name. Please choose a different one.
tenant-website = Give the address of the website with https://.
tenant-missing = Please fill in this field.
tenant-no-operator = Set up the operator’s own realm first: every privacy notice names the operator as a recipient.
tenant-gaps = The privacy notice of this municipality cannot say everything yet. Complete its file first.
tenant-which = Name either the id or the short name.
domain-wrong = Give a domain, for example termine.stadt.de. Write umlauts as xn--.
domain-ours = This domain belongs to the platform. Give a domain of the municipality’s own.
domain-taken = This domain is registered already.
domain-many = A municipality cannot have more than 20 domains. Remove one first.
domain-platform = The operator’s own realm has no domain of its own.
domain-old = This domain is older than the proof and needs none.
domain-silent = The name servers do not answer at the moment. Please try again in a few minutes.
quota-people = You have { $limit } people of the office, and no more are agreed. Remove one first, or talk to the operator.
quota-access-keys = You have { $limit } valid access keys, and no more are agreed. Take one back first, or talk to the operator.
quota-requests = Very many people are opening these pages right now. Please try again in a minute.
quota-range = Enter a number from 1 to 1000000, or leave the field empty.

# Running the platform. Says what to do.
suspended-title = This appointment service is closed at present
suspended-lead = At the moment you cannot book, move or cancel an appointment here.
suspended-booked = Appointments that you have booked already remain valid. Please come as agreed. The privacy notice and your rights to your data can be reached at the bottom of this page.
suspended-note = This service is suspended: you can read, download and handle requests about data, and change nothing else.
audit-action-tenant-suspend = Suspended the municipality
audit-action-tenant-resume = Opened the municipality again
audit-action-domain-add = Added a domain
audit-action-domain-prove = Proved a domain
audit-action-domain-lapse = Domain: proof has lapsed
audit-action-domain-remove = Removed a domain
audit-action-key-rotate = Wrapped the municipality’s key with the new master key
audit-detail-count = Number
audit-detail-domain = Domain
audit-value-platform-read = See the platform’s municipalities and how they are
audit-value-platform-write = Create, change, suspend and reopen municipalities

town-health = Health
town-light-green = all is well
town-light-yellow = please look
town-light-red = please act
town-never = never
town-nothing = nothing
town-off = switched off
town-mail-sent = Last e-mail sent
town-sms-sent = Last SMS sent
town-jobs-waiting = Jobs whose turn has not come
town-free-days = Days with free times in the next 14 days
town-overdue = Overdue deletion since
town-proven = Privacy notice last checked
town-concern-jobs-late = { $count ->
    [one] { $count } job has been waiting for longer than five minutes. Is the background service running?
   *[other] { $count } jobs have been waiting for longer than five minutes. Is the background service running?
}
town-concern-jobs-dead = { $count ->
    [one] { $count } job was given up. The reason is in the program’s log.
   *[other] { $count } jobs were given up. The reasons are in the program’s log.
}
town-concern-mail-failed = { $count ->
    [one] { $count } e-mail could not be delivered in the last seven days.
   *[other] { $count } e-mails could not be delivered in the last seven days.
}
town-concern-sms-failed = { $count ->
    [one] { $count } SMS could not be delivered in the last seven days.
   *[other] { $count } SMS could not be delivered in the last seven days.
}
town-concern-no-free-times = No time is free in the next 14 days. Talk to the municipality.
town-concern-deletion-overdue = { $count ->
    [one] Something should have been deleted { $count } day ago.
   *[other] Something should have been deleted { $count } days ago.
}
town-concern-notice-gaps = { $count ->
    [one] The privacy notice lacks { $count } fact. Complete the municipality’s file.
   *[other] The privacy notice lacks { $count } facts. Complete the municipality’s file.
}
town-concern-proof-old = The privacy notice was not checked for a long time: stadttermin privacy proof
town-concern-proof-violated = { $count ->
    [one] { $count } statement of the privacy notice did not hold at the last check.
   *[other] { $count } statements of the privacy notice did not hold at the last check.
}
town-concern-domain-failing = { $count ->
    [one] The proof of { $count } domain is missing. After 14 days it can no longer be reached.
   *[other] The proof of { $count } domains is missing. After 14 days they can no longer be reached.
}
town-concern-domain-waiting = { $count ->
    [one] { $count } domain waits for its proof.
   *[other] { $count } domains wait for their proof.
}
town-suspended = Suspended
town-suspended-since = since { $when }: { $reason }
town-suspend = Suspend the municipality
town-suspend-title = Suspend the municipality?
town-suspend-lead = Citizens of “{ $name }” will then read that the appointment service is closed. Booked appointments remain valid, messages that are due are sent. The office can read and download, and change nothing.
town-suspend-hint = 5 to 200 characters. The reason stands in the municipality’s audit trail afterwards. Name no people in it.
town-suspend-not = Do not suspend
town-resume = Open the municipality again
town-ending = Can be deleted from
town-slug = Short name
town-slug-hint = Lower case letters, digits and dashes. It becomes the address of the pages.
town-created = Created on
town-apply-file = This municipality is not completely set up. Apply its file: stadttermin tenant apply FILE
town-domains = Own domains
town-domains-lead = An own domain can be reached as soon as the record is in the domain name system. After that it is looked at every day.
town-domain = Domain
town-domain-hint = For example termine.stadt.de. Write umlauts as xn--.
town-domain-add = Add the domain
town-domain-prove = Check the proof
town-domain-remove = Remove
town-domain-served = can be reached
town-domain-waiting = waits for its proof
town-domain-failing = served, record missing
town-record-name = Name of the record
town-record-kind = Kind
town-record-value = Content
town-change = Change details
town-change-lead = The privacy notice changes with them. Everything else is in the municipality’s file.
town-save = Save
town-new-title = New municipality
town-new-lead = You create a draft. The municipality can be reached once its privacy notice is complete; for that, apply its file afterwards.
town-found = Create the municipality
town-choose = Please choose
town-field-kurzname = Short name
town-field-name = Name of the municipality
town-field-land = Land
town-field-telefon = Telephone
town-field-website = Website
town-field-behoerde = Responsible authority
town-field-strasse = Street and number
town-field-plz = Postcode
town-field-ort = Town
town-field-email = E-mail address
town-field-vertrag = Date of the data processing agreement
town-done-geaendert = The details are changed.
town-done-eingetragen = The domain is added. Publish the record now, then have it checked.
town-done-entfernt = The domain is removed.
town-done-nachgewiesen = The record is there. The domain can be reached from now on.
town-done-fehlt = The record cannot be seen yet. After a change this can take some hours.
town-done-ausgesetzt = The municipality is suspended.
town-done-geoeffnet = The municipality is open again.
town-done-angelegt = The municipality is created as a draft.
town-land-BW = Baden-Württemberg
town-land-BY = Bavaria
town-land-BE = Berlin
town-land-BB = Brandenburg
town-land-HB = Bremen
town-land-HH = Hamburg
town-land-HE = Hesse
town-land-MV = Mecklenburg-Western Pomerania
town-land-NI = Lower Saxony
town-land-NW = North Rhine-Westphalia
town-land-RP = Rhineland-Palatinate
town-land-SL = Saarland
town-land-SN = Saxony
town-land-ST = Saxony-Anhalt
town-land-SH = Schleswig-Holstein
town-land-TH = Thuringia
town-quotas = Limits
town-quotas-lead = An empty field means: no limit of its own. What is there already stays.
town-quota-people = At most this many people of the office
town-quota-access-keys = At most this many valid access keys
town-quota-requests-per-minute = At most this many requests per minute
town-quota-used = At present { $count }
town-quota-set = Save the limit
audit-action-quota-set = Set a limit
audit-detail-quota = Of what
audit-detail-most = At most
audit-value-people = People of the office
audit-value-access-keys = Access keys
audit-value-requests-per-minute = Requests per minute

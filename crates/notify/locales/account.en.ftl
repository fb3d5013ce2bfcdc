# What messages about accounts say: to citizens and to people of the office.
account-subject-register = Please confirm your e-mail address – { $town }
account-subject-sign-in = Your code for signing in – { $town }
account-subject-change-email = Please confirm your new e-mail address – { $town }
account-subject-invite = Your access to the appointment office – { $town }
account-subject-already-registered = You already have an account – { $town }
account-subject-email-changed = Your e-mail address was changed – { $town }
account-subject-password-changed = Your password was changed – { $town }
account-subject-factor-changed = Your sign-in was changed – { $town }
account-subject-deleted = Your account is deleted – { $town }
account-subject-unused = We will soon delete your account – { $town }

account-headline-register = Please confirm your e-mail address
account-headline-sign-in = Your code for signing in
account-headline-change-email = Please confirm your new e-mail address
account-headline-invite = Your access to the appointment office
account-headline-already-registered = You already have an account
account-headline-email-changed = Your e-mail address was changed
account-headline-password-changed = Your password was changed
account-headline-factor-changed = Your sign-in was changed
account-headline-deleted = Your account is deleted
account-headline-unused = We will soon delete your account

account-greeting = Hello { $name },
account-greeting-nobody = Hello,

account-intro-register = Somebody wants to make an account for appointments with this e-mail address. Was it you? Then please open the link or enter the code. Only then will there be an account.
account-intro-sign-in = You want to sign in. Open the link or enter the code.
account-intro-change-email = Somebody wants to use this e-mail address for an account for appointments. Was it you? Then please open the link or enter the code. Until then the old address applies.
account-intro-invite = You are given access to the appointment office. Open the link or enter the code. Then you set up how you sign in.
account-intro-already-registered = Somebody wanted to make an account with this e-mail address. But you already have one. Nothing was changed. This is where you sign in:
account-intro-email-changed = Your account has another e-mail address now. Messages about your account no longer go to this address. All other devices were signed out.
account-intro-password-changed = The password of your account was set, changed or removed. All other devices were signed out.
account-intro-factor-changed = What you sign in to your account with was changed: an authenticator app or a passkey was added or removed.
account-intro-deleted = Your account and everything in it is deleted. Appointments that you have booked still apply. You change them with the link from the e-mail about the appointment.
account-intro-unused = You have not used your account for almost two years. In 30 days we will delete it. Do you want to keep it? Then sign in once before that:

account-link = Open this link:
account-link-register = Confirm e-mail address
account-link-sign-in = Sign in
account-link-change-email = Confirm new e-mail address
account-link-invite = Set up access
account-code = Your code:
account-page = You can enter it on this page:
account-valid = The link and the code can be used once, and only until { $when } (local time in Germany).
account-secret = Do not share the link or the code. None of us will ask you for them.

account-not-you-code = Was it not you? Then there is nothing you need to do. Without the code nothing happens, and we delete the details that were entered.
account-not-you-sign-in = Was it not you? Then there is nothing you need to do. Nobody gets into your account without the code.
account-not-you-invite = Did you not expect this? Then do not open the link, and ask us.
account-not-you-nothing = Was it not you? Then there is nothing you need to do.
account-not-you-changed = Was it not you? Then please contact us at once: { $phone } or { $email }.
account-not-you-unused = Do you no longer need the account? Then there is nothing you need to do. Your appointments stay.

account-contact = This message comes from:
account-call = You can also reach us by phone: { $phone }
account-notice = Our privacy notice:
account-automatic = This message was sent automatically.

account-subject-break-glass = The operator has opened people’s data – { $town }
account-headline-break-glass = The operator has opened people’s data
account-intro-break-glass = the operator of the service has opened data of people at your municipality without your municipality’s leave. That is for emergencies only. When and why is in the audit trail and on the page “The operator’s access”. Sign in to see it:
account-subject-contract-end = Your municipality will be deleted – { $town }
account-headline-contract-end = Your municipality will be deleted
account-intro-contract-end = the contract about the service ends. In 30 days the operator will delete everything that is kept about your municipality. Have the operator hand over all data before that. Sign in here:
account-not-you-operator = Is this unexpected? Then please ask the operator of the service at once.

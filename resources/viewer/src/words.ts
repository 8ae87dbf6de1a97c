// The words people read, in English and in Spanish. Nothing else holds prose; nothing here decides.
// A sentence says what happened, what it means and what to do; {fields} are filled in.

export type Language = "en" | "es";
export type Fields = Record<string, string | number>;

type Pair = readonly [en: string, es: string];

export const WORDS = {
  page_name: ["Credential check", "Comprobación de credenciales"],
  in_browser: ["Everything is checked in your browser.", "Todo se comprueba en su navegador."],
  other_language: ["Español", "English"],
  checking: ["Checking…", "Comprobando…"],

  // Opening the page without a link.
  empty_title: ["Check a credential", "Comprobar una credencial"],
  empty_lead: [
    "Somebody who applies to you can share diplomas, certificates and badges as a link, a QR code or a file. This page tells you who issued them, whether they hold today, and whether they belong to the sender.",
    "Quien le envía una solicitud puede compartir diplomas, certificados e insignias con un enlace, un código QR o un archivo. Esta página le dice quién los emitió, si se sostienen hoy y si pertenecen a quien los envía.",
  ],
  empty_how: [
    "A link opens here by itself. You have a file or some text instead? Drop it here, choose it or paste it.",
    "Un enlace se abre aquí solo. ¿Tiene un archivo o un texto? Suéltelo aquí, elíjalo o péguelo.",
  ],
  empty_private: [
    "Nothing you open here leaves your computer.",
    "Nada de lo que abra aquí sale de su computadora.",
  ],
  choose_file: ["Choose a file", "Elegir un archivo"],
  paste_label: ["Or paste a link or the text of a credential", "O pegue un enlace o el texto de una credencial"],
  paste_button: ["Check", "Comprobar"],
  check_another: ["Check another", "Comprobar otra"],

  // The heading.
  for_lead: ["For {name}", "Para {name}"],
  shares_one: ["{name} shares a credential with you", "{name} comparte una credencial con usted"],
  shares_many: ["{name} shares {n} credentials with you", "{name} comparte {n} credenciales con usted"],
  shared_one: ["A credential is shared with you", "Le comparten una credencial"],
  shared_many: ["{n} credentials are shared with you", "Le comparten {n} credenciales"],
  holds_one: ["A credential", "Una credencial"],
  holds_many: ["{n} credentials", "{n} credenciales"],
  shares_none: ["Nothing is shared here", "Aquí no se comparte nada"],
  cannot_read: ["This could not be read", "No se pudo leer"],
  samples: [
    "These are samples by made-up issuers, for trying this out. They prove nothing.",
    "Son muestras de emisores inventados, para probar. No demuestran nada.",
  ],

  // The four answers.
  answers: ["Four answers", "Cuatro respuestas"],
  who: ["Who issued it", "Quién lo emitió"],
  valid: ["Is it valid now", "Es válido ahora"],
  meant: ["Was it meant for you", "Era para usted"],
  person: ["Is the sender the person named", "Quien lo envía es la persona nombrada"],
  yes: ["Yes", "Sí"],
  no: ["No", "No"],
  open: ["Could not be checked", "No se pudo comprobar"],
  over: ["Ended", "Terminó"],

  who_listed: ["{name}, in {list}.", "{name}, en {list}."],
  who_sample: [
    "“{claimed}” is a made-up issuer, for trying this out ({where}).",
    "«{claimed}» es un emisor inventado, para probar ({where}).",
  ],
  who_test: [
    "“{claimed}” is only in {list}, a list for trying things out ({where}).",
    "«{claimed}» solo está en {list}, una lista para hacer pruebas ({where}).",
  ],
  who_domain: [
    "It comes from {domain}, which is not in any list we know. It calls itself “{claimed}”.",
    "Viene de {domain}, que no está en ninguna lista que conozcamos. Se llama a sí mismo «{claimed}».",
  ],
  who_unlisted: [
    "It calls itself “{claimed}”; anybody could. It is not in any list we know ({where}).",
    "Se llama a sí mismo «{claimed}»; cualquiera podría. No está en ninguna lista que conozcamos ({where}).",
  ],
  who_unproven: [
    "Nothing shows that it comes from “{claimed}”: the signature does not fit.",
    "Nada demuestra que venga de «{claimed}»: la firma no encaja.",
  ],
  who_unsigned: [
    "Nothing shows that it comes from “{claimed}”: it carries no signature.",
    "Nada demuestra que venga de «{claimed}»: no lleva firma.",
  ],
  who_unchecked: [
    "It says it is from “{claimed}” ({where}). That could not be checked here.",
    "Dice que es de «{claimed}» ({where}). Aquí no se pudo comprobar.",
  ],
  who_self: ["The sender says so; no issuer stands behind it.", "Lo dice quien lo envía; ningún emisor lo respalda."],
  where_domain: ["web address {domain}", "dirección web {domain}"],
  where_key: ["key {key}", "clave {key}"],
  where_id: ["identifier {id}", "identificador {id}"],
  who_domain_nameless: [
    "It comes from {domain}, which is not in any list we know. The issuer gives no name.",
    "Viene de {domain}, que no está en ninguna lista que conozcamos. El emisor no da ningún nombre.",
  ],
  who_unlisted_nameless: [
    "The issuer gives no name. It is not in any list we know ({where}).",
    "El emisor no da ningún nombre. No está en ninguna lista que conozcamos ({where}).",
  ],
  who_unproven_nameless: [
    "The issuer gives no name, and nothing shows who it is.",
    "El emisor no da ningún nombre y nada demuestra quién es.",
  ],
  who_unchecked_nameless: [
    "The issuer gives no name ({where}). Who it is could not be checked here.",
    "El emisor no da ningún nombre ({where}). Aquí no se pudo comprobar quién es.",
  ],

  valid_all: ["Unaltered, in date, not withdrawn.", "Sin cambios, vigente, no retirado."],
  valid_all_nolist: [
    "Unaltered and in date. The issuer keeps no list of withdrawn records.",
    "Sin cambios y vigente. El emisor no lleva una lista de registros retirados.",
  ],
  list_read: ["Lists read {when}.", "Listas leídas el {when}."],
  last_known: ["As last known on {when}.", "Según lo último que se supo el {when}."],
  valid_presentation: [
    "What the sender put together was changed after it was signed, or signed with another key.",
    "Lo que reunió quien lo envía se cambió después de firmarlo, o se firmó con otra clave.",
  ],

  meant_for: ["Made for “{name}”.", "Hecho para «{name}»."],
  meant_you: [
    "Whether that is you, only you can tell. If it is not, it was passed on.",
    "Si se trata de usted, solo usted lo sabe. Si no, alguien lo pasó.",
  ],
  meant_share_ends: ["The share ends {date}.", "Lo compartido termina el {date}."],
  meant_share_ended: ["The share ended {date}. Ask the sender for a new one.", "Lo compartido terminó el {date}. Pida uno nuevo a quien lo envió."],
  meant_link_ends: ["The link ends {date}.", "El enlace termina el {date}."],
  meant_link_ended: ["The link ended {date}. Ask the sender for a new one.", "El enlace terminó el {date}. Pida uno nuevo a quien lo envió."],
  meant_no_end: ["It has no end.", "No tiene fecha de fin."],
  meant_file: [
    "A file that nobody presented: it was not made for anybody in particular.",
    "Un archivo que nadie presentó: no se hizo para nadie en particular.",
  ],
  meant_unsigned: [
    "The sender did not sign it, so it could have been made for anybody.",
    "Quien lo envía no lo firmó; podría estar hecho para cualquiera.",
  ],
  meant_broken: [
    "Its signature does not fit, so nothing shows whom it was made for.",
    "Su firma no encaja; nada demuestra para quién se hizo.",
  ],
  meant_foreign: [
    "It was signed with another key than its sender’s, so nothing shows whom it was made for.",
    "Se firmó con otra clave que la de quien lo envía; nada demuestra para quién se hizo.",
  ],
  meant_not_yet: [
    "It says that it was signed at a time still to come. Check the clock of this computer.",
    "Dice que se firmó en un momento que aún no ha llegado. Revise el reloj de esta computadora.",
  ],
  meant_unchecked: [
    "The sender's signature could not be checked, so it is not certain whom it was made for.",
    "No se pudo comprobar la firma de quien lo envía; no es seguro para quién se hizo.",
  ],
  meant_elsewhere: [
    "It was made to be opened at {expected}; this page is at {actual}.",
    "Se hizo para abrirse en {expected}; esta página está en {actual}.",
  ],
  meant_preview: [
    "This is a preview on the sender’s own computer; the link is for {expected}.",
    "Es una vista previa en la computadora de quien lo envía; el enlace es para {expected}.",
  ],
  meant_nobody: ["It does not say for whom it was made.", "No dice para quién se hizo."],

  person_key: [
    "The sender holds the key of the person it was issued to.",
    "Quien lo envía tiene la clave de la persona a quien se emitió.",
  ],
  person_other: ["It was issued to somebody other than the sender.", "Se emitió a otra persona que quien lo envía."],
  person_email_open: [
    "Not proven. It names an e-mail address in a hidden form. Type the applicant’s e-mail to compare.",
    "No demostrado. Nombra un correo electrónico en forma oculta. Escriba el correo del solicitante para comparar.",
  ],
  person_email_yes: [
    "It names the e-mail address {email}. Make sure that the applicant writes to you from it.",
    "Nombra el correo {email}. Asegúrese de que el solicitante le escribe desde él.",
  ],
  person_email_file: [
    "It names this address. That proves the sender only if the applicant writes to you from it.",
    "Nombra este correo. Eso demuestra quién lo envía solo si el solicitante le escribe desde él.",
  ],
  person_email_unproven: [
    "It names an e-mail address. Nothing shows that this address comes from the issuer.",
    "Nombra un correo electrónico. Nada demuestra que este correo venga del emisor.",
  ],
  person_email_no: ["It names another e-mail address than {email}.", "Nombra otro correo electrónico que {email}."],
  person_unnamed: [
    "Not proven: it names no person. Ask the applicant how to confirm it.",
    "No demostrado: no nombra a ninguna persona. Pregunte al solicitante cómo confirmarlo.",
  ],
  person_other_identity: [
    "Not proven: it names the person by something that cannot be compared here, such as a student number.",
    "No demostrado: nombra a la persona con algo que aquí no se puede comparar, como un número de estudiante.",
  ],
  person_not_presented: [
    "Not proven: whoever has this file can hand it on.",
    "No demostrado: quien tenga este archivo puede pasarlo.",
  ],
  person_broken: [
    "Nothing shows who sent it: the sender’s signature does not hold.",
    "Nada demuestra quién lo envió: la firma de quien lo envía no se sostiene.",
  ],
  person_foreign: [
    "It was signed with another key than that of the sender it names.",
    "Se firmó con otra clave que la de la persona que dice enviarlo.",
  ],
  person_inside: [
    "A record inside names somebody else, or the same person in another way. Compare the names.",
    "Un registro contenido nombra a otra persona, o a la misma de otra manera. Compare los nombres.",
  ],
  email_label: ["The applicant’s e-mail", "Correo del solicitante"],
  email_button: ["Compare", "Comparar"],
  email_note: ["It is compared here and goes nowhere.", "Se compara aquí y no va a ninguna parte."],
  email_bad: ["That is no e-mail address.", "No es un correo electrónico."],

  // A credential.
  credentials: ["Credentials", "Credenciales"],
  self_stated: ["Stated by the sender", "Dicho por quien lo envía"],
  self_stated_note: [
    "No issuer stands behind these. The sender says so.",
    "Ningún emisor respalda esto. Lo dice quien lo envía.",
  ],
  calls_itself: ["Issuer calls itself “{name}”", "El emisor se llama a sí mismo «{name}»"],
  until: ["until {date}", "hasta el {date}"],
  details: ["What it says and what was checked", "Qué dice y qué se comprobó"],
  description: ["Description", "Descripción"],
  criteria: ["What it took", "Qué se exigió"],
  results: ["Results", "Resultados"],
  skills: ["Skills", "Habilidades"],
  evidence: ["Evidence", "Pruebas"],
  inside: ["Records inside", "Registros contenidos"],
  endorsers: ["Who endorses it", "Quién lo avala"],
  nameless: ["Without a name", "Sin nombre"],
  inside_failed: ["Records inside that do not hold: {n} of {total}.", "Registros contenidos que no se sostienen: {n} de {total}."],
  inside_ended: ["Records inside that have ended: {n} of {total}.", "Registros contenidos que terminaron: {n} de {total}."],
  inside_open: ["Records inside that could not be checked: {n} of {total}.", "Registros contenidos que no se pudieron comprobar: {n} de {total}."],
  inside_all: ["Records inside: {total}. All hold.", "Registros contenidos: {total}. Todos se sostienen."],
  inside_all_hold: ["All records inside hold too.", "También se sostienen todos los registros contenidos."],
  of_credential: ["this record", "este registro"],
  of_achievement: ["the achievement", "el logro"],
  of_issuer: ["the issuer", "el emisor"],
  of_person: ["the person", "la persona"],
  of_another: ["something else", "otra cosa"],
  of_other: ["something in it", "algo que contiene"],
  contains: ["It contains", "Contiene"],
  named_person: ["Awarded to", "Otorgado a"],
  issuer_id: ["Issuer’s address or key", "Dirección o clave del emisor"],
  awarded: ["Awarded", "Otorgado"],
  ends_on: ["Ends on", "Termina el"],
  checks: ["What was checked", "Qué se comprobó"],
  checked_when: ["Checked {when}.", "Comprobado el {when}."],

  state_holds: ["Holds", "Se sostiene"],
  state_unchecked: ["Could not check", "No se pudo comprobar"],
  state_broken: ["Does not hold", "No se sostiene"],
  state_withdrawn: ["Withdrawn", "Retirada"],
  state_ended: ["Ended", "Terminó"],
  state_ends_today: ["Ends today", "Termina hoy"],
  state_ends_days: ["Ends in {n} days", "Termina en {n} días"],
  state_ends_day: ["Ends in 1 day", "Termina en 1 día"],
  state_ends_months: ["Ends in {n} months", "Termina en {n} meses"],
  state_foreign: ["Issued to somebody else", "Emitida a otra persona"],
  state_not_all_holds: ["Not all of it holds", "No todo se sostiene"],
  state_not_all_checked: ["Not all of it checked", "No todo se comprobó"],
  state_self: ["The sender says so", "Lo dice quien lo envía"],

  print: ["Print", "Imprimir"],
  save: ["Save the signed data", "Guardar los datos firmados"],

  // The questions and the sentences of their answers.
  q_signature: ["Unaltered", "Sin cambios"],
  q_authority: ["Right signer", "Firmante correcto"],
  q_validity: ["In date", "Vigente"],
  q_status: ["Not withdrawn", "No retirado"],
  q_issuer: ["Known issuer", "Emisor conocido"],
  q_holder: ["Sender is the person named", "Quien lo envía es la persona nombrada"],
  q_belongs: ["Belongs here", "Corresponde aquí"],
  passed_belongs: ["It is about what it stands with.", "Trata de aquello junto a lo que está."],
  passed_belongs_person: ["It is about the same person as the record around it.", "Trata de la misma persona que el registro que lo contiene."],
  subject_differs: [
    "It names somebody else than the record around it, or the same person in another way. Compare the names.",
    "Nombra a otra persona que el registro que lo contiene, o a la misma de otra manera. Compare los nombres.",
  ],
  subject_unsaid: [
    "It or the record around it does not say in a checkable way whom it is about.",
    "Este registro, o el que lo contiene, no dice de forma comprobable de quién trata.",
  ],
  endorses_another: ["It endorses something else than what it stands with.", "Avala otra cosa que aquello junto a lo que está."],
  endorsed_unsaid: ["It does not say in a checkable way what it endorses.", "No dice de forma comprobable qué avala."],
  passed_signature: ["The signature fits every word of it.", "La firma encaja con cada palabra."],
  passed_signature_hosted: ["It says the same as the issuer’s own copy; it is not signed.", "Dice lo mismo que la copia del propio emisor; no está firmado."],
  passed_authority_hosted: ["The issuer keeps its badges there.", "El emisor guarda allí sus insignias."],
  older_badge: ["Open Badges 2.0, an older standard", "Open Badges 2.0, un estándar antiguo"],
  passed_authority: ["The key belongs to the issuer.", "La clave es del emisor."],
  passed_validity: ["It is in date.", "Está vigente."],
  passed_status: ["The issuer has not withdrawn it.", "El emisor no lo ha retirado."],
  passed_status_none: [
    "The issuer keeps no list of withdrawn records for it.",
    "El emisor no lleva una lista de registros retirados para esto.",
  ],
  passed_issuer: ["The issuer is in a list this page knows.", "El emisor está en una lista que esta página conoce."],
  passed_holder: [
    "The sender holds the key of the person it was issued to.",
    "Quien lo envía tiene la clave de la persona a quien se emitió.",
  ],
  altered: [
    "The signature does not fit. Something in it was changed after it was signed, or it was signed with another key.",
    "La firma no encaja. Algo se cambió después de firmarlo, o se firmó con otra clave.",
  ],
  no_proof: ["It carries no signature, so nobody can tell who made it.", "No lleva firma; nadie puede saber quién lo hizo."],
  parts_left_out: ["The sender could hide what tells if it ends or was withdrawn.", "Quien la envió podía ocultar lo que dice si termina o fue retirada."],
  base_proof_presented: [
    "It was sent in the form that only its owner should have. Ask for a share of it instead.",
    "Se envió en la forma que solo debería tener su titular. Pida en su lugar que se la compartan.",
  ],
  proof_malformed: ["Its signature is damaged or incomplete.", "Su firma está dañada o incompleta."],
  claims_contradict: [
    "It says the same thing twice, differently, so it does not hold.",
    "Dice lo mismo dos veces de distinta manera; no se sostiene.",
  ],
  proof_unsupported: [
    "It has a kind of signature that this page cannot check. That says nothing against it.",
    "Tiene un tipo de firma que esta página no puede comprobar. Eso no dice nada en su contra.",
  ],
  term_not_signed: [
    "It holds something that the signature does not cover. Somebody may have added it.",
    "Contiene algo que la firma no cubre. Alguien pudo haberlo añadido.",
  ],
  term_not_signed_named: [
    "It holds something that the signature does not cover: “{term}”. Somebody may have added it.",
    "Contiene algo que la firma no cubre: «{term}». Alguien pudo haberlo añadido.",
  ],
  jsonld_invalid: ["It is put together in a way that could say something else than what was signed.", "Está armado de un modo que podría decir algo distinto de lo que se firmó."],
  jsonld_unsupported: [
    "It is put together in a way that this page cannot check. That says nothing against it.",
    "Está construido de un modo que esta página no puede comprobar. Eso no dice nada en su contra.",
  ],
  context_unknown: [
    "It uses a vocabulary that this page does not have, so its signature could not be checked here.",
    "Usa un vocabulario que esta página no tiene; su firma no se pudo comprobar aquí.",
  ],
  context_altered: [
    "A vocabulary it uses is not the one this page knows, so its signature could not be checked.",
    "Un vocabulario que usa no es el que esta página conoce; su firma no se pudo comprobar.",
  ],
  too_complex: ["It is too tangled to check within bounds.", "Es demasiado enredado para comprobarlo dentro de los límites."],
  key_unreachable: [
    "The issuer’s key is on the web, and this page does not fetch it. The desktop app can.",
    "La clave del emisor está en la web y esta página no la busca. La aplicación de escritorio puede.",
  ],
  key_unsupported: ["The issuer uses a kind of key that this page cannot check.", "El emisor usa un tipo de clave que esta página no puede comprobar."],
  key_malformed: ["The issuer’s key is damaged.", "La clave del emisor está dañada."],
  key_not_found: ["The issuer does not list the key that signed it.", "El emisor no publica la clave que lo firmó."],
  hosted_unreachable: [
    "It has no signature; the issuer keeps its own copy on the web, and this page does not fetch it.",
    "No lleva firma; el emisor guarda su propia copia en la web y esta página no la busca.",
  ],
  hosted_gone: [
    "It has no signature, and the issuer’s own copy is no longer where it was, so there is nothing to compare it with.",
    "No lleva firma y la copia del propio emisor ya no está donde estaba, así que no hay con qué compararlo.",
  ],
  led_away: [
    "The issuer’s address leads to another site. What that site says is not the issuer’s word, so this could not be checked. Ask the issuer.",
    "La dirección del emisor lleva a otro sitio. Lo que ese sitio diga no es la palabra del emisor, así que no se pudo comprobar. Pregunte al emisor.",
  ],
  hosted_differs: ["It does not say the same as the issuer’s own copy.", "No dice lo mismo que la copia del propio emisor."],
  host_not_allowed: [
    "It is kept at an address where its issuer keeps no badges, so it may not be the issuer’s.",
    "Se guarda en una dirección donde su emisor no guarda insignias, así que puede no ser del emisor.",
  ],
  issuer_unreachable: [
    "What the issuer publishes about itself and its badges is on the web, and this page does not fetch it.",
    "Lo que el emisor publica sobre sí mismo y sus insignias está en la web y esta página no lo busca.",
  ],
  issuer_malformed: [
    "What the issuer publishes about itself or its badges is damaged or about something else.",
    "Lo que el emisor publica sobre sí mismo o sus insignias está dañado o trata de otra cosa.",
  ],
  proof_expired: ["The signature’s own time is over.", "El plazo de la firma ha terminado."],
  not_checked: [
    "Not checked, because the signature could not be relied on.",
    "No se comprobó, porque no se pudo confiar en la firma.",
  ],
  key_not_authorised: [
    "Nothing shows that this key may speak for the issuer.",
    "Nada muestra que esta clave pueda hablar por el emisor.",
  ],
  disclosure_not_signed: [
    "It shows something that the signature does not cover. Somebody added or changed it.",
    "Muestra algo que la firma no cubre. Alguien lo añadió o lo cambió.",
  ],
  key_of_another: ["It was signed with the key of somebody other than its issuer.", "Se firmó con la clave de alguien que no es su emisor."],
  key_revoked: ["The issuer had withdrawn this key before it signed.", "El emisor había retirado esta clave antes de que firmara."],
  key_expired: ["The key’s own time was over before it signed.", "El plazo de la clave había terminado antes de que firmara."],
  key_time_unknown: [
    "The key’s own time is over, and nothing says whether it signed before that.",
    "El plazo de la clave ha terminado, y nada dice si firmó antes de eso.",
  ],
  certificate_not_trusted: [
    "It was signed with a certificate. This page knows no office that gives out certificates, so it cannot tell whose it is.",
    "Se firmó con un certificado. Esta página no conoce ninguna entidad que expida certificados, así que no puede decir de quién es.",
  ],
  wrong_purpose: ["The signature was made for another purpose.", "La firma se hizo con otro fin."],
  did_method_unsupported: [
    "The issuer’s kind of address is not one that this page can look up.",
    "El tipo de dirección del emisor no es uno que esta página pueda consultar.",
  ],
  ended: ["It ended on its own date.", "Terminó en su propia fecha."],
  ended_on: ["It ended on {until}.", "Terminó el {until}."],
  not_yet: ["Its first day is still to come.", "Su primer día aún no ha llegado."],
  not_yet_on: ["It starts on {from}.", "Empieza el {from}."],
  dates_malformed: ["Its dates cannot be read.", "Sus fechas no se pueden leer."],
  revoked: ["The issuer has withdrawn it. Ask the issuer why.", "El emisor lo ha retirado. Pregunte al emisor por qué."],
  suspended: ["The issuer has suspended it for the time being. Ask the issuer why.", "El emisor lo ha suspendido por ahora. Pregunte al emisor por qué."],
  revoked_saying: ["The issuer has withdrawn it, saying: “{message}”.", "El emisor lo ha retirado y dice: «{message}»."],
  suspended_saying: [
    "The issuer has suspended it for the time being, saying: “{message}”.",
    "El emisor lo ha suspendido por ahora y dice: «{message}».",
  ],
  status_noted: [
    "The issuer’s list holds a note about it that this page cannot read. Ask the issuer.",
    "La lista del emisor lleva una nota sobre esto que esta página no sabe leer. Pregunte al emisor.",
  ],
  status_noted_saying: [
    "The issuer’s list says of it: “{message}”. Ask the issuer what that means.",
    "La lista del emisor dice de esto: «{message}». Pregunte al emisor qué significa.",
  ],
  status_not_checked: [
    "Whether the list of withdrawn records is the issuer’s own could not be checked here, so it was not used.",
    "Aquí no se pudo comprobar si la lista de registros retirados es del propio emisor; no se usó.",
  ],
  status_unreachable: [
    "The issuer’s list of withdrawn records is on the web, and this page does not fetch it. The record itself is unaltered.",
    "La lista de registros retirados del emisor está en la web y esta página no la busca. El registro en sí no tiene cambios.",
  ],
  status_malformed: ["The issuer’s list of withdrawn records is damaged.", "La lista de registros retirados del emisor está dañada."],
  status_unsupported: [
    "The issuer keeps a kind of list of withdrawn records that this page cannot read.",
    "El emisor lleva un tipo de lista de registros retirados que esta página no puede leer.",
  ],
  status_not_trusted: [
    "The list of withdrawn records is not properly signed by the issuer, so it was not used.",
    "La lista de registros retirados no está bien firmada por el emisor; no se usó.",
  ],
  status_out_of_date: ["The issuer’s list of withdrawn records is out of date.", "La lista de registros retirados del emisor no está al día."],
  issuer_not_listed: [
    "The issuer is not in any list this page knows. The name it gives itself could be anybody’s.",
    "El emisor no está en ninguna lista que esta página conozca. El nombre que se da podría ser de cualquiera.",
  ],
  issuer_test_list: [
    "The issuer is only in a list for trying things out. That proves nothing about who it is.",
    "El emisor solo está en una lista para hacer pruebas. Eso no demuestra nada sobre quién es.",
  ],
  issuer_sample: ["A made-up issuer, for trying this out. It proves nothing.", "Un emisor inventado, para probar. No demuestra nada."],
  issuer_self: ["The sender says so about themselves.", "Lo dice quien lo envía sobre sí mismo."],
  holder_not_subject: ["It was issued to somebody other than the sender.", "Se emitió a otra persona que quien lo envía."],
  subject_not_named: [
    "It names nobody in a way that can be checked, so it does not prove that it belongs to the sender.",
    "No nombra a nadie de forma que se pueda comprobar; no demuestra que pertenezca a quien lo envía.",
  ],
  subject_hashed: [
    "Not proven. It names an e-mail address in a hidden form. Whoever knows the address can compare it.",
    "No demostrado. Nombra un correo electrónico en forma oculta. Quien conozca el correo puede compararlo.",
  ],
  holder_not_proven: [
    "Nothing proves that the sender is the person it was issued to.",
    "Nada demuestra que quien lo envía sea la persona a quien se emitió.",
  ],
  holder_key_not_shown: [
    "It is bound to a key that the sender did not sign with.",
    "Está vinculado a una clave con la que no firmó quien lo envía.",
  ],
  key_binding_broken: [
    "The sender’s signature does not fit the key it was issued to, or not what is shown of it.",
    "La firma de quien lo envía no corresponde a la clave para la que se emitió, o no a lo que se muestra de él.",
  ],
  other_audience: ["It was made to be opened somewhere else.", "Se hizo para abrirse en otro lugar."],

  // Why something could not be read.
  e_link_cut: [
    "Part of the link is missing: {arrived} of {total} bytes arrived. A mail program or a form has cut it. Ask the sender for the file instead.",
    "Falta una parte del enlace: llegaron {arrived} de {total} bytes. Un programa de correo o un formulario lo cortó. Pida el archivo a quien lo envió.",
  ],
  e_link_cut_early: [
    "Almost all of the link is missing. A mail program or a form has cut it. Ask the sender for the file instead.",
    "Falta casi todo el enlace. Un programa de correo o un formulario lo cortó. Pida el archivo a quien lo envió.",
  ],
  e_link_kind_unknown: [
    "This link needs a newer page. Ask the sender for the file instead.",
    "Este enlace necesita una página más nueva. Pida el archivo a quien lo envió.",
  ],
  e_link_hosted: [
    "This link needs a newer page: it points to credentials kept on a server. Ask the sender for the file instead.",
    "Este enlace necesita una página más nueva: apunta a credenciales guardadas en un servidor. Pida el archivo a quien lo envió.",
  ],
  e_link_malformed: [
    "The link is damaged. Ask the sender to send it again, or for the file.",
    "El enlace está dañado. Pida a quien lo envió que lo mande otra vez, o el archivo.",
  ],
  e_link_too_long: ["The link is longer than any that this page reads.", "El enlace es más largo que los que lee esta página."],
  e_not_json: [
    "This is no credential, or it is damaged: its text breaks off or is garbled. Ask the sender for the original file.",
    "No es una credencial o está dañada: su texto se corta o es ilegible. Pida el archivo original a quien lo envió.",
  ],
  e_not_utf8: ["Its letters are garbled, so it was not read. Ask for the original file.", "Sus letras son ilegibles y no se leyó. Pida el archivo original."],
  e_duplicate_key: [
    "It says the same thing twice in different ways, so it cannot be trusted and was not read.",
    "Dice lo mismo dos veces de distinta manera; no es de fiar y no se leyó.",
  ],
  e_number_out_of_range: ["It holds a number that no real record holds, so it was not read.", "Contiene un número que ningún registro real contiene; no se leyó."],
  e_too_deep: ["It is nested too deeply to be a real record, so it was not read.", "Está anidado demasiado hondo para ser un registro real; no se leyó."],
  e_too_large: ["It is too large to be a credential, so it was not read.", "Es demasiado grande para ser una credencial; no se leyó."],
  e_too_many_credentials: ["It holds more credentials than can be read at once.", "Contiene más credenciales de las que se pueden leer a la vez."],
  e_only_mentioned: ["Only its address is here. Ask the sender for the record itself.", "Aquí solo está su dirección. Pida el registro mismo a quien lo envía."],
  e_too_complex: ["It is too tangled to check within bounds.", "Es demasiado enredado para comprobarlo dentro de los límites."],
  e_empty: ["There is nothing in it.", "No hay nada dentro."],
  e_missing_field: ["It lacks something that every credential has, so it was not read.", "Le falta algo que toda credencial tiene; no se leyó."],
  e_wrong_type: ["A part of it is not what it must be, so it was not read.", "Una parte no es lo que debe ser; no se leyó."],
  e_bad_date: ["A date in it cannot be read.", "No se puede leer una de sus fechas."],
  e_bad_image: ["The picture is damaged. Ask the sender for the original file.", "La imagen está dañada. Pida el archivo original."],
  e_no_credential_in_image: [
    "This picture carries no credential. A screenshot of a badge does not; ask the sender for the original file.",
    "Esta imagen no lleva ninguna credencial. Una captura de pantalla no la lleva; pida el archivo original.",
  ],
  e_bad_jose: ["It looks like a signed credential, but its form is damaged.", "Parece una credencial firmada, pero su forma está dañada."],
  e_format_unsupported: ["It is of a kind that this page does not read.", "Es de un tipo que esta página no lee."],
  e_file_unreadable: ["The file could not be read.", "No se pudo leer el archivo."],
  e_other: [
    "This is not a credential that this page can read. Ask the sender for the original file.",
    "No es una credencial que esta página pueda leer. Pida el archivo original a quien lo envió.",
  ],
} satisfies Record<string, Pair>;

export type Word = keyof typeof WORDS;

export const isWord = (key: string): key is Word => Object.hasOwn(WORDS, key);

/** Speaks one language: words with their fields, dates, times. */
export class Voice {
  private readonly column: 0 | 1;
  private readonly locale: string;

  constructor(
    readonly language: Language,
    regions: readonly string[] = [],
  ) {
    this.column = language === "en" ? 0 : 1;
    this.locale = regions.find((r) => r.split("-")[0] === language) ?? (language === "en" ? "en-US" : "es-US");
  }

  say(key: Word, fields: Fields = {}): string {
    return WORDS[key][this.column].replace(/\{(\w+)\}/g, (whole, name: string) =>
      Object.hasOwn(fields, name) ? String(fields[name]) : whole,
    );
  }

  day(date: Date): string {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: "long" }).format(date);
  }

  /** A day without its year where the year goes without saying. */
  nearDay(date: Date, now: Date): string {
    if (date.getFullYear() !== now.getFullYear()) return this.day(date);
    return new Intl.DateTimeFormat(this.locale, { day: "numeric", month: "long" }).format(date);
  }

  time(date: Date): string {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: "long", timeStyle: "short" }).format(date);
  }
}

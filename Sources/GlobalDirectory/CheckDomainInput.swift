import ServiceKit
import Vocabulary

struct CheckDomainInput: RequestInput {
  let domain: DomainName

  init?(_ form: inout Form) {
    guard let domain = form.required("domain", as: DomainName.self) else { return nil }
    self.domain = domain
  }
}

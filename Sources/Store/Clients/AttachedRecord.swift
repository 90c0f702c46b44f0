import Countersign
import Synchronization

/// What is registered about a client, on its way through the verifier and back: one look-up serves the whole request.
///
/// A class, so that a request copies one reference, and so that the requests of a client share the stamp.
package final class AttachedRecord: ClientAttachment {
    /// Everything registered about the client, its keys apart.
    package let record: ClientRecord
    /// Where its keys came from.
    package let keyOrigin: KeyOrigin?
    /// When and with which key the client was last noted as having proved itself, as `KeyUseRecorder` writes it.
    package let notedUse = Atomic<UInt64>(0)

    init(_ record: ClientRecord, keyOrigin: KeyOrigin?) {
        self.record = record
        self.keyOrigin = keyOrigin
    }
}

extension RegisteredClient {
    /// What its directory attached; `nil` where the client does not come from a registration.
    package var attachedRecord: AttachedRecord? { attachment as? AttachedRecord }
}

import Glibc
import TerminalUI

extension LocalZone {
    /// The zone of this machine (`TZ`, else /etc/localtime).
    package static let machine: LocalZone = {
        tzset()
        return LocalZone { seconds in
            var moment = time_t(seconds)
            var parts = tm()
            guard localtime_r(&moment, &parts) != nil else { return 0 }
            return parts.tm_gmtoff
        }
    }()
}

import Foundation

/// HTTP as text, for the servers that tests call or run.
package enum HTTPText {
    /// Returns whether a request has its head and the body that the head announces.
    package static func isComplete(_ request: String) -> Bool {
        guard let end = request.firstRange(of: "\r\n\r\n") else { return false }
        let length = request.firstMatch(of: /(?i)\r\ncontent-length: (\d+)\r\n/).flatMap { Int($0.1) } ?? 0
        return request[end.upperBound...].utf8.count >= length
    }

    /// Returns the configuration of an nginx that writes only into its folder.
    ///
    /// - Parameter servers: the content of the `http` block.
    package static func nginx(_ servers: String) -> String {
        """
        daemon off;
        worker_processes 1;
        pid nginx.pid;
        error_log error.log;
        \(getuid() == 0 ? "user root;" : "")
        events { worker_connections 64; }
        http {
            access_log access.log;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            \(servers)
        }
        """
    }
}

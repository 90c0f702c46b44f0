import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Java's own client with its defaults, which offers h2c on plain HTTP: TwoRequests.java BASE-URL FORM [CERTIFICATE]. */
class TwoRequests {
    public static void main(String[] arguments) throws Exception {
        var builder = HttpClient.newBuilder();
        if (arguments.length > 2) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (var file = new FileInputStream(arguments[2])) {
                store.setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(file));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            builder.sslContext(context);
        }
        var client = builder.build();
        var metadata = HttpRequest.newBuilder(URI.create(arguments[0] + "/.well-known/openid-configuration"))
            .timeout(Duration.ofSeconds(30)).build();
        var token = HttpRequest.newBuilder(URI.create(arguments[0] + "/oauth2/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .timeout(Duration.ofSeconds(30)).POST(BodyPublishers.ofString(arguments[1])).build();
        var first = client.send(metadata, BodyHandlers.ofString());
        var second = client.send(token, BodyHandlers.ofString());
        var third = client.send(metadata, BodyHandlers.ofString());
        var many = new ArrayList<CompletableFuture<Integer>>();
        for (int number = 0; number < 20; number++) {
            many.add(client.sendAsync(metadata, BodyHandlers.ofString()).thenApply(answer -> answer.statusCode()));
        }
        boolean all = many.stream().allMatch(answer -> answer.join() == 200);
        boolean hasToken = second.body().contains("access_token");
        System.out.println(first.statusCode() + " " + second.statusCode() + " " + third.statusCode() + " " + hasToken
            + " " + all + " " + third.version());
    }
}

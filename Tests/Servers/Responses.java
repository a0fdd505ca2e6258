// What the fixtures for Java answer: / after 200 ms, /stream bit by bit, /large with 4 MB.
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

class Responses {
    static HttpServer server() throws Exception {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            sleep(200);
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("done\n".getBytes());
            exchange.close();
        });
        server.createContext("/stream", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int part = 0; part < 10; part++) {
                exchange.getResponseBody().write("part\n".getBytes());
                exchange.getResponseBody().flush();
                sleep(50);
            }
            exchange.close();
        });
        server.createContext("/large", exchange -> {
            exchange.sendResponseHeaders(200, 4000000);
            exchange.getResponseBody().write(new byte[4000000]);
            exchange.close();
        });
        return server;
    }

    private static void sleep(int milliseconds) {
        try { Thread.sleep(milliseconds); } catch (InterruptedException e) { }
    }
}

// com.sun.net.httpserver with the stop(delay) of its documentation in a hook.
import com.sun.net.httpserver.HttpServer;

class Documented {
    public static void main(String[] arguments) throws Exception {
        HttpServer server = Responses.server();
        server.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(20)));
    }
}

// com.sun.net.httpserver with no hook: the JVM ends at SIGTERM.
class Default {
    public static void main(String[] arguments) throws Exception {
        Responses.server().start();
    }
}

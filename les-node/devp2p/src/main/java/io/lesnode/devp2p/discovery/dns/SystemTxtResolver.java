package io.lesnode.devp2p.discovery.dns;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Asks the name servers of the operating system through the JDK's DNS client. Immutable. */
final class SystemTxtResolver implements TxtResolver {
  private static final String TIMEOUT_MILLIS = "2000";
  private static final String TRIES = "2";
  private static final int RECORDS_MAX = 64;

  /** Which name servers: those of the system. */
  private static final String SYSTEM = "dns:";

  private final String servers;

  SystemTxtResolver() {
    this(SYSTEM);
  }

  /** Asks this server instead, {@code dns://address:port}. */
  SystemTxtResolver(String servers) {
    this.servers = servers;
  }

  @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // TXT values are texts; JNDI demands a Hashtable
  @Override
  public List<String> txt(String name) throws IOException {
    if (!TreeUrl.isDomain(name)) {
      throw new IOException("'" + name + "' is no domain name");
    }
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
    environment.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
    environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
    try {
      InitialDirContext context = new InitialDirContext(environment);
      try {
        Attribute found =
            context.getAttributes(servers + "/" + name, new String[] {"TXT"}).get("TXT");
        return found == null ? List.of() : texts(found.getAll());
      } finally {
        context.close();
      }
    } catch (NamingException failed) {
      throw new IOException("DNS has no answer for " + name + ": " + failed.getMessage(), failed);
    }
  }

  private static List<String> texts(NamingEnumeration<?> records) throws NamingException {
    List<String> texts = new ArrayList<>();
    while (records.hasMore() && texts.size() < RECORDS_MAX) {
      texts.add(joined(String.valueOf(records.next())));
    }
    return texts;
  }

  /**
   * Joins the character strings of a record. The JDK separates them with spaces, and quotes those
   * that contain spaces or quotes.
   */
  static String joined(String presented) {
    StringBuilder text = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < presented.length(); i++) {
      char c = presented.charAt(i);
      if (c == '\\' && quoted && i + 1 < presented.length()) {
        text.append(presented.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c != ' ' || quoted) {
        text.append(c);
      }
    }
    return text.toString();
  }
}

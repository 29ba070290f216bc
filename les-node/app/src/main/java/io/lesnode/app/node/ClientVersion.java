package io.lesnode.app.node;

import java.util.Locale;

/** The name that peers and JSON-RPC callers see. */
public final class ClientVersion {
  /** The version of this program; the build keeps it equal to the pom's. */
  public static final String NUMBER = "0.1.0-SNAPSHOT";

  private ClientVersion() {}

  /**
   * For instance {@code les-node/v0.1.0-SNAPSHOT/linux-amd64/java25}, with the operator's identity
   * after the program name if there is one.
   */
  public static String text(String identity) {
    return "les-node/"
        + (identity.isEmpty() ? "" : identity + "/")
        + "v"
        + NUMBER
        + "/"
        + System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '-')
        + "-"
        + System.getProperty("os.arch")
        + "/java"
        + Runtime.version().feature();
  }
}

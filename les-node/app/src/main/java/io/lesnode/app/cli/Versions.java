package io.lesnode.app.cli;

import io.lesnode.app.node.ClientVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code les version} prints. */
final class Versions implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "les " + ClientVersion.NUMBER,
      "Protocols: les/4 les/3 les/2",
      "Java: " + System.getProperty("java.vm.name") + " " + Runtime.version(),
      "System: " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
    };
  }
}

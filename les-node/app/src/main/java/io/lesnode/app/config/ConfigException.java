package io.lesnode.app.config;

/** A setting that cannot be used; the message is one line for the person who wrote it. */
public final class ConfigException extends RuntimeException {
  /** A message that names the setting, what is wrong with it and what would be right. */
  public ConfigException(String message) {
    super(message, null, false, false);
  }

  /** The one line. */
  public String text() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}

package io.lesnode.benchmarks.report;

/** Builds markup; every text that goes in is escaped. */
final class Html {
  private static final int MOST_CHARACTERS = 4_000;

  private final StringBuilder out = new StringBuilder(1 << 16);

  /** Adds markup as it is: only for what this package wrote itself. */
  Html raw(String markup) {
    out.append(markup);
    return this;
  }

  /** Adds a number. */
  Html raw(long number) {
    out.append(number);
    return this;
  }

  /** Adds a text, escaped for elements and for attributes in double quotes, and bounded. */
  Html text(String text) {
    int end = text.length();
    if (end > MOST_CHARACTERS) {
      end = text.offsetByCodePoints(0, MOST_CHARACTERS / 2);
    }
    for (int i = 0; i < end; ) {
      int character = text.codePointAt(i);
      escape(character);
      i += Character.charCount(character);
    }
    if (end < text.length()) {
      out.append('…');
    }
    return this;
  }

  private void escape(int character) {
    switch (character) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      case '\n', '\t' -> out.append((char) character);
      default -> out.appendCodePoint(isVisible(character) ? character : 0xfffd);
    }
  }

  /**
   * Neither a control character, nor one that changes the direction of what follows, nor half a
   * surrogate pair.
   */
  private static boolean isVisible(int character) {
    boolean hidden =
        isWithin(character, 0, 0x1f)
            || isWithin(character, 0x7f, 0x9f)
            || isWithin(character, 0x200e, 0x200f)
            || isWithin(character, 0x202a, 0x202e)
            || isWithin(character, 0x2066, 0x2069)
            || isWithin(character, 0xd800, 0xdfff);
    return !hidden;
  }

  private static boolean isWithin(int character, int from, int to) {
    return character >= from && character <= to;
  }

  /** An element with a class around a text. */
  Html element(String name, String cssClass, String text) {
    out.append('<').append(name);
    if (!cssClass.isEmpty()) {
      out.append(" class=\"").append(cssClass).append('"');
    }
    out.append('>');
    return text(text).raw("</" + name + ">");
  }

  /** A share of 1 as a percentage with two decimals. */
  static String percent(double share) {
    long hundredths = Math.round(share * 10_000);
    return hundredths / 100 + "." + hundredths / 10 % 10 + hundredths % 10 + "%";
  }

  @Override
  public String toString() {
    return out.toString();
  }
}

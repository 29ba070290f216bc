package io.lesnode.rpc;

import java.math.BigDecimal;

/** Numbers printed as Go's encoding/json prints them, so that answers equal geth's to the byte. */
final class GoText {
  private GoText() {}

  /**
   * A float64 as Go's encoder writes it: the shortest text that parses back, plain between 1e-6 and
   * 1e21, with an exponent of at least one digit otherwise.
   */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    double size = Math.abs(value);
    if (size >= 1e-6 && size < 1e21) {
      return shortest.toPlainString();
    }
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    return (value < 0 ? "-" : "")
        + mantissa
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 && exponent > 0 ? "0" : "")
        + Math.abs(exponent);
  }
}

package io.lesnode.app.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converters that refuse values out of range with a line that says what is allowed. */
final class Values {
  private Values() {}

  /** 0 … 65535. */
  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) within(text, 0, 65535, "a TCP port");
    }
  }

  /** 0 … 2^31-1. */
  static final class NonNegativeInt implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) within(text, 0, Integer.MAX_VALUE, "a number");
    }
  }

  /** 0 … 100. */
  static final class Percent implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) within(text, 0, 100, "a percentage");
    }
  }

  /** 0 … 2^63-1. */
  static final class NonNegativeLong implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return within(text, 0, Long.MAX_VALUE, "a number");
    }
  }

  /** -2^63 … 2^63-1. */
  static final class Amount implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return within(text, Long.MIN_VALUE, Long.MAX_VALUE, "an amount");
    }
  }

  /** 0 … 5. */
  static final class Verbosity implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) within(text, 0, 5, "a log level");
    }
  }

  private static long within(String text, long least, long most, String what) {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException notNumber) {
      // falls through to the one message for both
    }
    throw new TypeConversionException(
        "'" + text + "' is not " + what + " between " + least + " and " + most);
  }
}

package io.lesnode.evm;

import org.apache.tuweni.bytes.Bytes;

/** Why execution undid its own changes; {@link #message()} is geth's wording. */
public sealed interface ExecutionFailure {

  /** In geth's words ({@code core/vm/errors.go} at v1.10.26). */
  String message();

  /**
   * The code asked for it (EIP-140); unused gas is returned.
   *
   * @param data what the code gave as the reason, often ABI-encoded
   */
  record Revert(Bytes data) implements ExecutionFailure {
    @Override
    public String message() {
      return "execution reverted";
    }
  }

  /** The machine stopped the code and took its gas. */
  record Halt(Kind kind, String message) implements ExecutionFailure {

    /** A halt of a kind with a fixed message. */
    public static Halt of(Kind kind) {
      return new Halt(kind, kind.text);
    }

    /** More items needed than the stack has. */
    public static Halt stackUnderflow(int depth, int required) {
      return new Halt(
          Kind.STACK_UNDERFLOW,
          Kind.STACK_UNDERFLOW.text + " (" + depth + " <=> " + required + ")");
    }

    /** More items pushed than the stack may take. */
    public static Halt stackOverflow(int depth, int limit) {
      return new Halt(
          Kind.STACK_OVERFLOW, Kind.STACK_OVERFLOW.text + " " + depth + " (" + limit + ")");
    }

    /** An opcode that this fork does not have; {@code name} as geth prints it. */
    public static Halt invalidOpcode(String name) {
      return new Halt(Kind.INVALID_OPCODE, Kind.INVALID_OPCODE.text + ": " + name);
    }
  }

  /** The kinds of exceptional halt. */
  enum Kind {
    /** Gas ran out. */
    OUT_OF_GAS("out of gas"),
    /** Gas ran out while paying for the new contract's code. */
    CODE_STORE_OUT_OF_GAS("contract creation code storage out of gas"),
    /** A call below depth 1024. */
    DEPTH("max call depth exceeded"),
    /** A transfer of more than the caller has. */
    INSUFFICIENT_BALANCE("insufficient balance for transfer"),
    /** A creation at an address with code or a nonce. */
    ADDRESS_COLLISION("contract address collision"),
    /** Code longer than EIP-170 allows. */
    MAX_CODE_SIZE("max code size exceeded"),
    /** Init code longer than EIP-3860 allows. */
    MAX_INITCODE_SIZE("max initcode size exceeded"),
    /** A jump to anything but a JUMPDEST. */
    INVALID_JUMP("invalid jump destination"),
    /** A state change in a static call (EIP-214). */
    WRITE_PROTECTION("write protection"),
    /** A read past the end of the return data (EIP-211). */
    RETURN_DATA_OUT_OF_BOUNDS("return data out of bounds"),
    /** A memory size or gas amount past 64 bits. */
    GAS_OVERFLOW("gas uint64 overflow"),
    /** Code that starts with 0xef (EIP-3541). */
    INVALID_CODE("invalid code: must not begin with 0xef"),
    /** A creator whose nonce is at its maximum (EIP-2681). */
    NONCE_OVERFLOW("nonce uint64 overflow"),
    /** See {@link Halt#stackUnderflow}. */
    STACK_UNDERFLOW("stack underflow"),
    /** See {@link Halt#stackOverflow}. */
    STACK_OVERFLOW("stack limit reached"),
    /** See {@link Halt#invalidOpcode}. */
    INVALID_OPCODE("invalid opcode"),
    /** A precompile refused its input; the message says why. */
    PRECOMPILE("precompile failed");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }
}

package io.lesnode.flowcontrol;

/**
 * How exactly credit is reckoned. Both sides run {@link #EXACT}; {@link #AS_GETH} exists so that
 * recorded traces of geth prove everything else to the last digit.
 */
public enum Rounding {

  /** No fraction of a unit is lost and no unit is believed that the other side may not have. */
  EXACT,

  /**
   * As geth v1.10.26: the fraction of a unit is dropped with every operation, a client believes
   * that it recharges while its requests may still find a full bucket, and a raise that meets a
   * scheduled decrease gives less than the client reckons.
   */
  AS_GETH
}

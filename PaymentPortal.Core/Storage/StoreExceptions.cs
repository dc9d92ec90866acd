namespace PaymentPortal.Core.Storage;

/// <summary>The store can't commit now (disk full, I/O error, too much waiting). Nothing of the unit was kept; the caller answers 503 and may repeat.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A unique index or a check said no. Only this unit was undone.</summary>
public sealed class ConstraintViolationException(string message, Exception inner) : Exception(message, inner);

/// <summary>The data may not be opened as things stand; the text says why and what to do. The process ends with it.</summary>
public sealed class StartRefusedException(string message) : Exception(message);

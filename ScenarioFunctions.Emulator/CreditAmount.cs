namespace ScenarioFunctions.Emulator;

internal sealed record CreditAmount(int Credits);

using System.Buffers.Binary;

namespace ScenarioFunctions.Emulator;

/// <summary>RunwayML's codes for the failures that can be asked for.</summary>
internal static class FailureCodes
{
    /// <summary>Something broke; another try may work.</summary>
    public const string Internal = "INTERNAL";

    /// <summary>What came out was no good.</summary>
    public const string BadOutput = "INTERNAL.BAD_OUTPUT.CODE01";

    /// <summary>The prompt was refused by moderation.</summary>
    public const string UnsafePrompt = "SAFETY.INPUT.TEXT";

    /// <summary>How a generation ends: as its prompt asks, else as its id has it at this failure rate.</summary>
    /// <returns>Null for an image.</returns>
    public static string? Of(Guid id, PromptWords words, double failureRate) =>
        words.Reject ? UnsafePrompt
        : words.Fail ? BadOutput
        : Share(id) < failureRate ? Internal
        : null;

    /// <summary>Whether such an end costs the full price: a refusal by moderation does, as an image; other failures cost nothing.</summary>
    public static bool IsCharged(string? code) => code is null or UnsafePrompt;

    /// <summary>What a person may read about a code.</summary>
    public static string Describe(string code) => code switch
    {
        UnsafePrompt => "The prompt did not pass our content moderation.",
        BadOutput => "The generation did not give a usable image. Another prompt may work better.",
        _ => "An unexpected error occurred.",
    };

    /// <summary>From 0 up to but without 1, evenly spread over random ids.</summary>
    private static double Share(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) / (uint.MaxValue + 1.0);
    }
}

using System.Buffers.Binary;

namespace ScenarioFunctions.Emulator;

/// <summary>RunwayML's codes for the failures that the emulator can produce.</summary>
internal static class FailureCodes
{
    /// <summary>An internal error; another try may work.</summary>
    public const string Internal = "INTERNAL";

    /// <summary>The output is unusable.</summary>
    public const string BadOutput = "INTERNAL.BAD_OUTPUT.CODE01";

    /// <summary>Moderation rejected the prompt.</summary>
    public const string UnsafePrompt = "SAFETY.INPUT.TEXT";

    /// <summary>How a generation ends: as its prompt asks, or else at random with this failure rate, by its id.</summary>
    /// <returns>Null for an image.</returns>
    public static string? Of(Guid id, PromptWords words, double failureRate) =>
        words.Reject ? UnsafePrompt
        : words.Fail ? BadOutput
        : Share(id) < failureRate ? Internal
        : null;

    /// <summary>Whether this outcome costs the full price: an image and a rejection do, other failures are free.</summary>
    public static bool IsCharged(string? code) => code is null or UnsafePrompt;

    /// <summary>The text for people that belongs to a code.</summary>
    public static string Describe(string code) => code switch
    {
        UnsafePrompt => "The prompt did not pass our content moderation.",
        BadOutput => "The generation did not give a usable image. Another prompt may work better.",
        _ => "An unexpected error occurred.",
    };

    /// <summary>From 0 (included) to 1 (excluded), evenly distributed over random ids.</summary>
    private static double Share(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) / (uint.MaxValue + 1.0);
    }
}

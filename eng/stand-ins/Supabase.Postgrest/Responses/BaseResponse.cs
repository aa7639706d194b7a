namespace Supabase.Postgrest.Responses;

/// <summary>A successful answer.</summary>
public class BaseResponse(HttpResponseMessage? responseMessage, string? content)
{
    public HttpResponseMessage? ResponseMessage { get; set; } = responseMessage;

    public string? Content { get; set; } = content;
}

// What the page says when it does not sign: code → Chinese, English, what to do next. Data only.

export const WORDS = {
  nothing: [
    "这里没有待签的申请。",
    "There is nothing to sign here.",
    "请回到镇里的系统，从“待我审批”里打开申请。",
    "Open the application from your list in the township's system.",
  ],
  request: [
    "链接不完整或被改动，不能签名。",
    "The link is incomplete or was altered. It cannot be signed.",
    "请回到镇里的系统，重新打开申请。",
    "Go back to the township's system and open the application again.",
  ],
  subject: [
    "申请内容读不准，不能签名。",
    "The application cannot be read beyond doubt. It cannot be signed.",
    "内容可能藏有看不见的字，或格式不对。请退回申请人重填，并告知镇管理员。",
    "It may hide characters or have a wrong form. Have it filed again, and tell the administrator.",
  ],
  pages: [
    "文件页数或地址与申请不符，不能签名。",
    "The pages do not fit the application. It cannot be signed.",
    "请告知镇管理员。",
    "Tell the township's administrator.",
  ],
  picture: [
    "文件被换过：图片与申请里登记的不是同一份，不能签名！",
    "The document was exchanged: a picture is not the one in the application. It cannot be signed!",
    "请不要签。马上告知镇纪委和县里。",
    "Do not sign. Tell the township's inspectors and the county at once.",
  ],
  format: [
    "文件不是普通图片，不能签名。",
    "A page is not a plain picture. It cannot be signed.",
    "请申请人重新拍照上传。",
    "Have the pages photographed and filed again.",
  ],
  fetch: [
    "文件图片没有取到，现在不能签名。",
    "The pages could not be fetched. It cannot be signed now.",
    "请检查网络后重新打开；几分钟后仍不行，请告知镇管理员。",
    "Check the connection and open it again; tell the administrator if it keeps failing.",
  ],
  home: [
    "签名要送去的地方不在县里登记的系统里，不能签名！",
    "The signature would go to an address that the county does not know. It cannot be signed!",
    "请不要签。马上告知县里。",
    "Do not sign. Tell the county at once.",
  ],
  passkey: [
    "没有找到您的通行密钥。",
    "No passkey of yours is known for this step.",
    "请先到镇里登记通行密钥。",
    "Have your passkey registered at the township first.",
  ],
  cancelled: [
    "没有完成确认，还没有签名。",
    "Not confirmed: nothing was signed.",
    "可能是取消了、超时了，或用了别人的钥匙。请再按一次按钮。",
    "Cancelled, timed out, or another person's key. Press the button again.",
  ],
  browser: [
    "这个浏览器不能用通行密钥签名。",
    "This browser cannot sign with passkeys.",
    "请换用手机自带的浏览器，或到镇里办公电脑上签。",
    "Use the phone's own browser, or a computer at the township's office.",
  ],
  config: [
    "签名页面暂时不能用。",
    "The signing page is out of order.",
    "请稍后重试，或联系县里。",
    "Try again later, or call the county.",
  ],
};
